// Which articles are asked: the bar beside the question, the panel in which they are chosen. The filter is a text, kept
// with the conversation and in the page's address; the server reads it and draws what it says.

const LONGEST_LINK = 4000; // characters of a filter in an address, as ui.within.panel has it
const SETTLED = 200; // ms after the last key until a search is asked for

const tellAddress = () => {
  const { within } = page.chat;
  const address = new URL(location.href);
  if (within && encodeURIComponent(within).length <= LONGEST_LINK) address.searchParams.set("within", within);
  else address.searchParams.delete("within");
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};

// What a link to the page asks within; null where it says nothing of it.
const linkedWithin = () => new URL(location.href).searchParams.get("within");

// Draws the bar for the conversation's filter, or for what is made of it; the new one is kept.
const drawWithin = async (change = {}) => {
  const { chat } = page;
  const told = await reached(server.narrow({ within: chat.within, ...change, language: page.language }));
  if (page.chat !== chat) return false;
  if (!told) {
    if (Object.keys(change).length) notice($("#frame").dataset.lost);
    return false;
  }
  const changed = told.within !== chat.within;
  chat.within = told.within;
  if (chat.turns.length || chat.waiting.length) {
    if (changed) keepChat(chat);
  } else sessionStorage.setItem(key("within", ""), chat.within); // for a reload before the first question
  tellAddress();
  $("#asked-within").replaceChildren(fromServer(told.html));
  return true;
};

const askWithin = async (change, focus = "#question textarea") => {
  if (await drawWithin(change)) $(focus)?.focus();
};

const formNow = () => {
  const given = new FormData($("#within form"));
  const texts = ["language", "first", "last", "rest", "search"].map((name) => [name, given.get(name) ?? ""]);
  return { ...Object.fromEntries(texts), id: given.getAll("id"), tag: given.getAll("tag") };
};

// Tells what the form asks for; with a place in the list also that part of it. Null where it is no filter.
let searching = 0;
let weighed = 0;
let from = null; // the place of which the list is still to come
const weigh = async (first = null) => {
  const mine = ++weighed;
  from = first ?? from;
  const told = await reached(server.weigh({ form: formNow(), first: from ?? 0, language: page.language }));
  const problem = $("#within .problem");
  if (mine !== weighed || !problem) return null;
  problem.textContent = told ? (told.problem ?? "") : $("#frame").dataset.lost;
  problem.hidden = !problem.textContent;
  if (!problem.hidden) return null;
  $("#within .within-told").replaceChildren(fromServer(told.told));
  if (from !== null) {
    from = null;
    $("#within .within-list").replaceChildren(fromServer(told.list));
    $("#within .within-list").scrollTop = 0;
  }
  return told.within;
};

const openWithin = async () => {
  const html = await reached(server.choices({ within: page.chat.within, language: page.language }));
  const dialog = $("#within");
  if (!html) return notice($("#frame").dataset.lost);
  dialog.replaceChildren(fromServer(html));
  if (!dialog.open) dialog.showModal();
  from = null;
  dialog.querySelector(narrow.matches ? "h2" : "[name=search]").focus(); // a phone's keyboard would lie over it
};

const closeWithin = () => {
  $("#within").close();
  $("#within").replaceChildren();
  $("[data-within=open]")?.focus();
};

const applyWithin = async () => {
  clearTimeout(searching);
  const within = await weigh();
  if (within === null) return;
  closeWithin();
  askWithin({ within });
};

const turnList = async (button) => {
  const place = [...button.parentElement.children].indexOf(button);
  if ((await weigh(Number(button.dataset.first))) === null) return;
  const buttons = [...element.querySelectorAll("#within nav button")];
  (buttons[place]?.disabled ? buttons[1 - place] : buttons[place])?.focus();
};

const doesWithin = {
  open: openWithin,
  apply: applyWithin,
  close: closeWithin,
  page: turnList,
  less: (button) => askWithin({ less: button.dataset.condition }, "[data-within=open]"),
  literally: (button) => askAgain(turnAt(button), true),
  all: async (button) => {
    if (button.closest("#within")) {
      closeWithin();
      return askWithin({ within: "" });
    }
    const place = turnAt(button);
    const literally = Boolean(page.chat.turns[place]?.answer?.within?.understood);
    if (await drawWithin({ within: "" })) askAgain(place, literally);
  },
  only: (button) => fromSource({ only: button.dataset.id }),
  without: (button) => fromSource({ without: button.dataset.id }),
};

// What a source's card offers; on a narrow screen the question comes back into view.
const fromSource = async (change) => {
  if (!(await drawWithin(change))) return;
  page.opener = null;
  if (narrow.matches) leaveSide();
  else $("#question textarea").focus();
};

element.addEventListener("input", (event) => {
  if (!event.target.matches("#within [name=search]")) return;
  clearTimeout(searching);
  searching = setTimeout(() => weigh(0), SETTLED);
});

element.addEventListener("change", (event) => {
  if (event.target.matches("#within :is([type=checkbox], [type=radio], [name=first], [name=last], [name=rest])")) weigh();
});

element.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#within [name=search]")) return;
  event.preventDefault(); // it searches, and chooses nothing
  clearTimeout(searching);
  weigh(0);
});

// Esc is the browser's own way out of a dialog; it does not bubble.
element.addEventListener(
  "cancel",
  (event) => {
    if (event.target.id !== "within") return;
    event.preventDefault();
    closeWithin();
  },
  true,
);
