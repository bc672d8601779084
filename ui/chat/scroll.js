// What is in view: the newest question, the quote in its article.

const toTurn = (node) => {
  const log = $(".log");
  log.scrollTo({ top: node.offsetTop - log.firstElementChild.offsetTop, behavior: "smooth" });
};

const toQuote = (smooth) => {
  const text = $("#panel .shown .text");
  const mark = text?.querySelector("mark.current");
  if (!text) return;
  const above = mark ? mark.getBoundingClientRect().top - text.getBoundingClientRect().top : -text.scrollTop;
  text.scrollTo({ top: text.scrollTop + above - (mark ? text.clientHeight / 4 : 0), behavior: smooth ? "smooth" : "auto" });
};

const fitBox = () => {
  const box = $("#question textarea");
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
};
