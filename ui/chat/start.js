// The chat page's script, in parts that are put together in the order of ui/chat/page.py and run once, as one function:
// element, trigger and server are Gradio's. What the server drew is put in as HTML, escaped there; what the browser
// kept goes back to the server to be drawn, or into <template> elements as text. Nothing here builds HTML.

const page = {
  language: "en",
  owner: window.gradio_config?.username ?? "", // who is signed in
  chat: null, // the conversation: { id, title, turns, within, waiting, stamp, updated }
  queue: [], // questions without an answer: { question, within, literally, node, lost }; the first is being asked
  asking: null, // { ask, item, seen, missed }
  editing: null, // the place of the turn whose question is in the box
  recalled: null, // the place of the question that the up-arrow brought back
  side: "", // "source", "list", or "" for neither: wide screens show the list then
  shown: null, // what the panel shows, as it was asked for
  opener: null, // what opened the side, to go back to
};

const $ = (selector) => element.querySelector(selector);
const fromTemplate = (id) => $(`#${id}`).content.firstElementChild.cloneNode(true);
const fromServer = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
};
// over plain http to another machine there is no crypto.randomUUID
const fresh = () => crypto.randomUUID?.() ?? `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;

// What a call of the server gives; undefined where the server cannot be reached.
const reached = async (call) => {
  try {
    return await call;
  } catch {
    return undefined;
  }
};

const narrow = window.matchMedia("(max-width: 899px)");

const notice = (text) => {
  const place = $("#notice");
  place.textContent = text;
  place.hidden = !text;
};

const copyText = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // over plain http the clipboard API is missing
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};
