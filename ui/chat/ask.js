// Questions: asked one after the other, stopped, asked again, changed; what the server tells of them meanwhile.

const LOST_AFTER = 2; // looks in vain for a question that the server should be working on
const LOOK = 4000; // ms between them
const FOLLOWED = 60; // px of the log below what is in view

const waitingNode = (question) => {
  const node = fromTemplate("asked");
  const line = document.createElement("p");
  line.dir = "auto";
  line.textContent = question;
  node.querySelector(".said").append(line);
  return node;
};

const addWaiting = (question, within, literally) => {
  const item = { question, within, literally, node: waitingNode(question), lost: false };
  page.queue.push(item);
  $(".log .welcome")?.remove();
  $(".log").append(item.node);
  const doing = item.node.querySelector(".searching p");
  if (page.asking) [doing.textContent, doing.dataset.searching] = [doing.dataset.waiting, doing.textContent];
  return item;
};

const askNext = () => {
  const item = page.queue[0];
  $("#question .stop").hidden = !page.asking && !item;
  if (page.asking || !item || item.lost) return;
  const doing = item.node.querySelector(".searching p");
  if (doing.dataset.searching) doing.textContent = doing.dataset.searching;
  page.asking = { ask: fresh(), item, seen: false, missed: 0 };
  trigger("submit", {
    ask: page.asking.ask,
    question: item.question,
    within: item.within,
    literally: item.literally,
    language: page.language,
    number: page.chat.turns.length,
    turns: page.chat.turns.slice(-4),
  });
};

// Takes the question from the box; says so where it is too long.
const send = () => {
  const box = $("#question textarea");
  const question = box.value.trim();
  if (!question || tooLong()) return;
  if (page.editing !== null) cutTo(page.editing);
  box.value = "";
  keepDraft("");
  typed();
  ask(question);
};

const ask = (question, literally = false) => {
  const item = addWaiting(question, page.chat.within, literally);
  keepWaiting();
  askNext();
  if (item === page.queue[0]) toTurn(item.node);
  else item.node.scrollIntoView({ block: "end", behavior: "smooth" });
};

const told = (news) => {
  const { asking } = page;
  if (!news || !asking || news.ask !== asking.ask) return;
  asking.seen = true;
  asking.missed = 0;
  asking.draft = news.draft ?? asking.draft;
  const node = fromServer(news.html).firstElementChild;
  const log = $(".log");
  const below = log.scrollHeight - log.scrollTop - log.clientHeight;
  asking.item.node.replaceWith(node);
  if (!news.turn && below < FOLLOWED) log.scrollTop = log.scrollHeight; // what is being written stays in view
  asking.item.node = node;
  if (news.size && news.size !== $("#top .count").textContent) {
    $("#top .count").textContent = news.size;
    drawWithin();
  }
  if (news.turn) finish(news.turn);
};

const finish = (turn) => {
  const { node } = page.asking.item;
  const place = page.chat.turns.push(turn) - 1;
  page.asking = null;
  page.queue.shift();
  keepWaiting();
  if (!page.queue.length) toTurn(node);
  if (!narrow.matches) {
    page.opener = null;
    if (Number(node.querySelector(".reply").dataset.places)) openPlace({ place, kind: "citation", number: 1 }, null);
    else if (page.side === "source") closeSource(); // it is of another answer
  }
  askNext();
};

const stopAsking = async () => {
  const { asking } = page;
  if (!asking) return;
  const turn = { question: asking.item.question, problem: "", stopped: true, answer: null, draft: asking.draft ?? null };
  reached(server.stop({ ask: asking.ask }));
  const drawn = await reached(server.draw({ turns: [turn], first: page.chat.turns.length, language: page.language }));
  if (!drawn) lose(asking);
  else if (page.asking === asking) told({ ask: asking.ask, html: drawn[0], turn });
  $("#question textarea").focus();
};

// The server does not answer any more: the question stays, to be asked again.
const lose = (asking) => {
  if (page.asking !== asking) return;
  const reply = waitingNode(asking.item.question);
  reply.querySelector(".searching p").textContent = $("#frame").dataset.lost;
  reply.querySelector(".searching").classList.replace("searching", "problem");
  reply.querySelector(".tools").hidden = false;
  reply.querySelector("[data-do=edit]").hidden = true;
  reply.removeAttribute("aria-busy");
  asking.item.node.replaceWith(reply);
  asking.item.node = reply;
  asking.item.lost = true;
  page.asking = null;
  $("#question .stop").hidden = true;
};

setInterval(async () => {
  const { asking } = page;
  if (!asking) return;
  const alive = await reached(server.alive({ ask: asking.ask }));
  asking.missed = alive === undefined || (asking.seen && !alive) ? asking.missed + 1 : 0;
  if (asking.missed >= LOST_AFTER) lose(asking);
}, LOOK);

// The conversation up to a turn, which is asked anew: the last is replaced, one before it begins a copy.
const cutTo = (place) => {
  const { chat } = page;
  const last = place === chat.turns.length - 1 && !page.queue.length;
  const nodes = [...element.querySelectorAll(".log .turn")].slice(place);
  if (last) chat.turns.pop();
  else {
    leaveChat();
    page.chat = newChat(chat.title, chat.turns.slice(0, place), chat.within);
    sessionStorage.setItem(key("shown", ""), page.chat.id);
  }
  for (const node of nodes) node.remove();
  page.editing = null;
  page.shown = null;
};

const askAgain = (place, literally = false) => {
  const lost = page.queue[place - page.chat.turns.length] ?? (page.queue[0]?.lost ? page.queue[0] : null);
  if (lost?.lost) {
    lost.lost = false;
    const node = waitingNode(lost.question);
    lost.node.replaceWith(node);
    lost.node = node;
    return askNext();
  }
  const { question } = page.chat.turns[place];
  cutTo(place);
  ask(question, literally);
};

const edit = (place, question) => {
  const box = $("#question textarea");
  page.editing = place;
  box.value = question;
  typed();
  box.focus();
};

const cancelEdit = () => {
  page.editing = null;
  $("#question textarea").value = "";
  typed();
};
