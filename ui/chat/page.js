// The page as a whole: what it shows when it is opened, what keys and clicks do.

const questions = () => [...page.chat.turns.map((turn) => turn.question), ...page.queue.map((item) => item.question)];

const tooLong = () => {
  const form = $("#question");
  const over = [...form.querySelector("textarea").value.trim()].length - Number(form.dataset.longest);
  const told = $("#too-long");
  told.hidden = over <= 0;
  if (over > 0) told.textContent = told.dataset.text.replace("{}", over);
  return over > 0;
};

const typed = () => {
  const box = $("#question textarea");
  $("#question .editing").hidden = page.editing === null;
  tooLong();
  fitBox();
  if (page.editing === null) keepDraft(box.value);
};

const recall = (step) => {
  const box = $("#question textarea");
  const asked = questions();
  if (box.value && box.value !== asked[page.recalled]) return false;
  const place = (box.value ? page.recalled : asked.length) + step;
  if (place < 0 || place > asked.length) return false;
  page.recalled = place;
  box.value = asked[place] ?? "";
  typed();
  return true;
};

// Goes from a conversation; what is being answered in it stays in it as a question, asked again when it is opened.
const leaveChat = () => {
  if (page.asking) reached(server.stop({ ask: page.asking.ask }));
  page.asking = null;
  page.queue = [];
  page.editing = null;
};

const showOpening = async () => {
  const log = $(".log");
  log.replaceChildren($("#opening").content.cloneNode(true));
  const html = await reached(server.suggest({ language: page.language }));
  if (html && log.querySelector(".welcome")) log.replaceChildren(fromServer(html));
};

const drawChat = async () => {
  const { chat, queue } = page;
  const log = $(".log");
  const drawn = chat.turns.length ? await reached(server.draw({ turns: chat.turns, first: 0, language: page.language })) : [];
  if (page.chat !== chat) return;
  if (!drawn) return notice($("#frame").dataset.lost);
  log.replaceChildren(...drawn.map((html) => fromServer(html)));
  page.queue = [];
  for (const item of queue) {
    item.node = addWaiting(item.question, item.within, item.literally).node;
    page.queue[page.queue.length - 1] = item;
  }
  if (!drawn.length && !queue.length) showOpening();
  const nodes = log.querySelectorAll(".turn");
  if (nodes.length) toTurn(nodes[nodes.length - 1]);
};

const showChat = async (chat) => {
  page.chat = chat;
  page.recalled = null;
  page.shown = null;
  sessionStorage.setItem(key("shown", ""), chat.id);
  $("#question textarea").value = stored(key("draft", chat.id)) ?? "";
  typed();
  page.queue = chat.waiting.map((one) => ({ ...one, node: null, lost: false }));
  drawList(); // at once: which one is shown does not wait for its turns
  await Promise.all([drawChat(), drawWithin()]);
  askNext();
};

const openChat = async (id) => {
  const chat = readChat(id);
  if (!chat) return drawList();
  leaveChat();
  if (page.side) closeSide();
  await showChat(chat);
  $("#question textarea").focus();
};

const beginChat = async () => {
  leaveChat();
  if (page.side) closeSide();
  await showChat(newChat());
  $("#question textarea").focus();
};

// The page in a language, "" for the one that the browser prefers.
const turnTo = async (language) => {
  if (language) store("majlis:language", language); // for the other pages, and the next visit
  const arrived = await server.arrive({ language, accepted: navigator.languages.join(",") });
  Object.assign(page, { language: arrived.language, side: "", shown: null, opener: null });
  element.replaceChildren(fromServer(arrived.html));
  const frame = $("#frame");
  document.documentElement.lang = frame.lang;
  document.documentElement.dir = frame.dir;
  const address = new URL(location.href); // so that a reload keeps the language
  if (language) address.searchParams.set("lang", language);
  history.replaceState(null, "", address);
  $(".colours").value = theme();
  $(".out").hidden = !page.owner;
};

const theme = () => {
  const chosen = stored("majlis:colours");
  return ["light", "dark"].includes(chosen) ? chosen : "system";
};
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  const dark = theme() === "dark" || (theme() === "system" && systemDark.matches);
  document.body.classList.toggle("dark", dark);
};

const does = {
  list: (button) => showList(button),
  new: beginChat,
  close: leaveSide,
  stop: stopAsking,
  cancel: cancelEdit,
  edit: (button) => edit(turnAt(button), page.chat.turns[turnAt(button)].question),
  change: (button) => edit(turnAt(button), button.dataset.text),
  opinion: (button) => opine(button, button.dataset.verdict),
  again: (button) => askAgain(turnAt(button)),
  text: showText,
  sheet: (button) => showSheet(button),
  unfold: (button) => {
    const open = button.ariaExpanded !== "true";
    button.ariaExpanded = String(open);
    [button.textContent, button.dataset.less] = [button.dataset.less, button.textContent];
    button.previousElementSibling.classList.toggle("open", open);
  },
};
const turnAt = (button) => [...element.querySelectorAll(".log .turn")].indexOf(button.closest(".turn"));

element.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { question, kind, language, copy, link, copied, more, within } = button.dataset;
  if (within) doesWithin[within]?.(button);
  else if (question) ask(question);
  else if (kind) openPlace(placeOf(button), button);
  else if (more) showMore(button);
  else if (language) {
    await turnTo(language);
    $("#question textarea").value = stored(key("draft", page.chat.id)) ?? "";
    typed();
    await Promise.all([drawChat(), drawWithin()]);
    drawList();
    askNext();
    $(`[data-language=${page.language}]`).focus();
  } else if (copy || link) {
    await copyText(copy ?? `${location.origin}${location.pathname}?${link}`);
    const label = button.textContent;
    button.textContent = copied;
    setTimeout(() => (button.textContent = label), 1500);
  } else if (button.closest("#conversations li") && button.dataset.do) inList(button);
  else does[button.dataset.do]?.(button);
});

element.addEventListener("submit", (event) => {
  if (event.target.matches(".out")) return;
  event.preventDefault();
  if (event.target.id === "question") send();
  else if (event.target.closest("#within")) applyWithin();
  else if (event.target.dataset.do === "opinion") sendOpinion(event.target);
  else if (event.target.dataset.do === "why") askWhy(event.target);
  else renameChat(event.target.closest("li"));
});

element.addEventListener("input", (event) => {
  if (event.target.matches("#question textarea")) typed();
});

element.addEventListener("change", (event) => {
  if (!event.target.matches(".colours")) return;
  store("majlis:colours", event.target.value);
  paint();
});

element.addEventListener("keydown", (event) => {
  const box = event.target.matches("#question textarea");
  if (event.target.closest("#within")) return; // a dialog has its own keys
  if (event.key === "Escape") {
    const row = event.target.closest("#conversations li");
    if (row && row.querySelector(".tools").hidden) {
      hideAsked(row);
      row.querySelector(".title").focus();
    } else if (page.side) leaveSide();
    else if (page.editing !== null) cancelEdit();
    return;
  }
  if (!box || event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send();
  }
  if (event.key === "ArrowUp" && recall(-1)) event.preventDefault();
  if (event.key === "ArrowDown" && event.target.value && recall(1)) event.preventDefault();
});

document.addEventListener("told", (event) => told(event.detail));
systemDark.addEventListener("change", paint);
narrow.addEventListener("change", () => {
  setSide(page.side);
  toQuote(false);
});
window.addEventListener("popstate", closeSide);
window.addEventListener("storage", (event) => {
  if (!page.chat) return;
  if (event.key === key("chat", page.chat.id) && event.newValue && !page.queue.length && page.editing === null) {
    const chat = readChat(page.chat.id);
    if (chat && chat.stamp !== page.chat.stamp) showChat({ ...chat, waiting: [] }); // the other tab asks what waits
  }
  drawList();
});

const open = async () => {
  paint();
  await turnTo(new URL(location.href).searchParams.get("lang") ?? stored("majlis:language") ?? "");
  const shown = sessionStorage.getItem(key("shown", ""));
  let chat = shown && readChat(shown);
  if (!chat) chat = { ...newChat("", [], sessionStorage.getItem(key("within", "")) ?? ""), ...(shown ? { id: shown } : {}) };
  const within = linkedWithin();
  if (within !== null && within !== chat.within) {
    if (chat.turns.length || chat.waiting.length) chat = newChat(); // the link is of another conversation
    chat.within = within;
  }
  await showChat(chat);
  const place = linkedPlace();
  if (place) await openPlace(place, null);
  if (!narrow.matches && document.activeElement === document.body) $("#question textarea").focus();
};
open();
