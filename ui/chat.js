// Runs once for each of the page's HTML parts; element, trigger and watch are Gradio's.
// Buttons carry what they ask for in data- attributes; nothing here builds HTML.

const stacked = () => window.matchMedia("(max-width: 899px)").matches;

const copyText = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // over plain http the clipboard API is missing
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

const showQuote = (smooth) => {
  const text = document.querySelector("#panel .shown .text");
  const mark = text?.querySelector("mark.current");
  if (!text) return;
  const above = mark ? mark.getBoundingClientRect().top - text.getBoundingClientRect().top : -text.scrollTop;
  text.scrollTo({ top: text.scrollTop + above - (mark ? text.clientHeight / 4 : 0), behavior: smooth ? "smooth" : "auto" });
};

element.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { question, kind, turn, number, language, copy, copied } = button.dataset;
  if (question) trigger("submit", { question });
  if (language) trigger("select", { language });
  if (kind) {
    trigger("select", { kind, turn: Number(turn), number: Number(number) });
    showQuote(true); // what is shown already does not change, so watch stays silent
    if (stacked()) document.querySelector("#panel").scrollIntoView({ behavior: "smooth" });
  }
  if (copy) {
    await copyText(copy);
    const label = button.textContent;
    button.textContent = copied;
    setTimeout(() => (button.textContent = label), 1500);
  }
});

const settle = () => {
  const page = element.querySelector("header");
  if (page) {
    document.documentElement.lang = page.lang;
    document.documentElement.dir = page.dir;
    const address = new URL(location.href); // so that a reload keeps the language
    address.searchParams.set("lang", page.lang);
    history.replaceState(history.state, "", address);
    document.querySelector("#question textarea")?.setAttribute("dir", "auto");
    document.querySelector("#question button")?.setAttribute("aria-label", page.dataset.send);
  }
  if (element.querySelector(".shown")) showQuote(false);
  const last = [...element.querySelectorAll(".turn")].at(-1);
  if (last && stacked()) last.scrollIntoView({ block: "start", behavior: "smooth" });
  else if (last) element.querySelector(".log").scrollTo({ top: last.offsetTop, behavior: "smooth" });
};

watch("value", settle);
settle();
