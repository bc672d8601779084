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

// A question that waits, as it was kept: with what it asks within, or by itself, as older versions kept it.
const asWaiting = (one, within) => ({
  question: typeof one === "string" ? one : typeof one?.question === "string" ? one.question : "",
  within: typeof one?.within === "string" ? one.within : within,
  literally: one?.literally === true,
});

// The conversation as it was kept; null where there is none, or what is there is none.
const readChat = (id) => {
  let kept;
  try {
    kept = JSON.parse(stored(key("chat", id)));
  } catch {
    return null;
  }
  const whole =
    kept && typeof kept === "object" && Array.isArray(kept.turns) && Array.isArray(kept.waiting) && typeof kept.title === "string";
  const within = typeof kept?.within === "string" ? kept.within : "";
  if (!whole) return null;
  const waiting = kept.waiting.map((one) => asWaiting(one, within)).filter((one) => one.question);
  const turns = kept.turns.filter((turn) => turn && typeof turn.question === "string");
  return { ...kept, id, within, waiting, turns, updated: Number(kept.updated) || 0 };
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

const titleOf = (chat) => chat.title || chat.turns[0]?.question || chat.waiting[0]?.question || "";

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
  page.chat.waiting = page.queue.map(({ question, within, literally }) => ({ question, within, literally }));
  keepChat(page.chat);
};

const keepDraft = (text) => store(key("draft", page.chat.id), text || null);
