// Conversations in localStorage, one an entry, so that tabs do not write over each other's. Which one a tab shows, and
// so what a reload brings back, is in its sessionStorage.

const key = (kind, id) => `majlis:${location.pathname}:${page.owner}:${kind}:${id}`;

const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser may forbid storing
  }
};

const store = (name, value) => {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
};

const texts = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");

// The conversation as it was kept; null where there is none, or what is there is none.
const readChat = (id) => {
  let kept;
  try {
    kept = JSON.parse(stored(key("chat", id)));
  } catch {
    return null;
  }
  const whole =
    kept && typeof kept === "object" && Array.isArray(kept.turns) && texts(kept.waiting) && typeof kept.title === "string";
  const within = typeof kept?.within === "string" ? kept.within : "";
  return whole ? { ...kept, id, within, updated: Number(kept.updated) || 0, turns: kept.turns.filter((turn) => turn && typeof turn.question === "string") } : null;
};

const newChat = (title = "", turns = [], within = "") => ({ id: fresh(), title, turns, within, waiting: [], stamp: null, updated: 0 });

const keptChats = () => {
  const start = key("chat", "");
  const names = [];
  try {
    for (let place = 0; place < localStorage.length; place++) names.push(localStorage.key(place));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.startsWith(start))
    .map((name) => readChat(name.slice(start.length)))
    .filter(Boolean)
    .sort((one, other) => other.updated - one.updated);
};

const titleOf = (chat) => chat.title || chat.turns[0]?.question || chat.waiting[0] || "";

// Keeps a conversation. Where another tab has kept something else of it meanwhile, this one goes on as a copy.
const keepChat = (chat) => {
  const kept = readChat(chat.id);
  if (kept && kept.stamp !== chat.stamp) {
    chat.id = fresh();
    if (chat === page.chat) sessionStorage.setItem(key("shown", ""), chat.id);
  }
  chat.stamp = fresh();
  chat.updated = Date.now();
  notice(store(key("chat", chat.id), JSON.stringify(chat)) ? "" : $("#frame").dataset.full);
  drawList();
};

const keepWaiting = () => {
  page.chat.waiting = page.queue.map((item) => item.question);
  keepChat(page.chat);
};

const keepDraft = (text) => store(key("draft", page.chat.id), text || null);
