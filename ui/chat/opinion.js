// What the visitor says of an answer: right or wrong, which passage is the right one, a note; it may be said anew.
// And what the visitor asks of it: why not that article.

const opine = async (part, verdict, right = 0, note = "") => {
  const group = part.closest(".opinion");
  const place = turnAt(part);
  const { chat } = page;
  const turn = chat.turns[place];
  const turns = chat.turns.slice(Math.max(0, place - 4), place + 1);
  const id = await reached(server.opine({ turns, verdict, right, note }));
  const status = group.querySelector(".kept");
  status.textContent = id ? group.dataset.thanks : group.dataset.failed;
  if (!id) return;
  for (const thumb of group.querySelectorAll(".thumb")) thumb.ariaPressed = String(thumb.dataset.verdict === verdict);
  Object.assign(turn, { opinion: verdict, opinion_id: id });
  keepChat(chat);
};

const sendOpinion = (form) => {
  const said = new FormData(form);
  const right = Number(form.querySelector("input[type=radio]:checked")?.value ?? 0);
  opine(form, form.dataset.verdict, right, said.get("note"));
  form.closest("details").open = false;
};

const askWhy = async (form) => {
  const turn = page.chat.turns[turnAt(form)];
  const article = new FormData(form).get("article");
  const html = await reached(server.why({ turns: [turn], article, language: page.language }));
  if (html === undefined) notice($("#frame").dataset.lost);
  else form.parentElement.querySelector(".why-not").replaceChildren(fromServer(html));
};

// What is opened at the bottom would lie below the box.
element.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.closest(".log")) event.target.scrollIntoView({ block: "nearest", behavior: "smooth" });
  },
  true, // toggle does not bubble
);
