// The library page's script; element, trigger, server and upload are Gradio's. What the server drew is put in as HTML,
// escaped there; everything else goes in as text. Nothing here builds HTML.

const shelf = { language: "", key: "", first: 0, busy: false, ended: 0, listed: 0, drawn: "" };
const $ = (selector) => element.querySelector(selector);
const filled = (text, ...values) => values.reduce((done, value) => done.replace("{}", value), text);

const waiting = new Map();
document.addEventListener("shelf", ({ detail }) => {
  waiting.get(detail?.ask)?.(detail);
  waiting.delete(detail?.ask);
});
const act = (what) =>
  new Promise((answered) => {
    const ask = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    waiting.set(ask, answered);
    trigger("submit", { ...what, ask, language: shelf.language });
  });
const common = () => ({ language: shelf.language, key: shelf.key });

const list = async (first = shelf.first) => {
  shelf.first = first;
  const turn = ++shelf.listed;
  const find = $(".find");
  const asked = { ...common(), first, search: find.elements.search.value, in: find.elements.in.value };
  const html = await server.browse(asked);
  if (turn === shelf.listed) $(".list").innerHTML = html; // an older answer may come later
};

const listFollowed = async () => {
  if (shelf.key) $(".followed").innerHTML = await server.followed(common());
};

const look = async (dismiss = false) => {
  if (!shelf.key) return;
  const told = await server.work({ ...common(), dismiss });
  const work = $(".work");
  if (told.html !== shelf.drawn) work.innerHTML = shelf.drawn = told.html;
  shelf.busy = told.busy;
  if (told.ended > shelf.ended) {
    shelf.ended = told.ended;
    await Promise.all([list(), listFollowed()]);
  }
};
let watching = 0;
const watchWork = async () => {
  if (!element.isConnected) return;
  try {
    await look();
  } catch {
    // the server is away: the next look may find it again
  }
  clearTimeout(watching); // another look may have begun meanwhile
  watching = setTimeout(watchWork, shelf.busy ? 300 : 4000);
};

const say = (...lines) => {
  const place = $(".sent");
  place.replaceChildren(
    ...lines.map((line) => {
      const shown = document.createElement("span");
      shown.textContent = line;
      return shown;
    }),
  );
};

const hand = async (files) => {
  const told = $(".shelf").dataset;
  if (!files.length) return say(told.noFiles);
  if (files.length > Number(told.files)) return say(filled(told.tooMany, told.files));
  const refused = [];
  const sent = [];
  for (const [number, { name, file }] of files.entries()) {
    say(filled(told.sending, number + 1, files.length));
    if (file.size > Number(told.megabytes) * 2 ** 20) {
      refused.push(filled(told.notTaken, name, filled(told.tooLarge, told.megabytes)));
      continue;
    }
    try {
      const { path } = await upload(file);
      sent.push({ name, path });
    } catch {
      refused.push(filled(told.notTaken, name, told.notSent));
    }
  }
  say(...refused);
  if (sent.length) await change({ do: "add", files: sent }, refused);
};

const change = async (what, before = []) => {
  const { problem } = await act(what);
  if (problem) say(...before, problem);
  shelf.busy = true;
  await watchWork(); // and soon again, not when the next look was due
  return !problem;
};

// A folder that is dropped is walked; what is hidden in it is left out.
const walk = async (entry, path = "") => {
  if (entry.name.startsWith(".")) return [];
  const name = `${path}${entry.name}`;
  if (entry.isFile) return [{ name, file: await new Promise((done, failed) => entry.file(done, failed)) }];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const part = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!part.length) return found;
    for (const inner of part) found.push(...(await walk(inner, `${name}/`)));
  }
};

const readable = (name) => {
  const ending = name.slice(name.lastIndexOf(".")).toLowerCase();
  return $(".files").accept.split(",").includes(ending);
};

element.addEventListener("change", async ({ target }) => {
  if (target.type === "file") {
    let files = [...target.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    if (target.matches(".folder")) files = files.filter(({ name }) => readable(name) && !/(^|\/)\./.test(name));
    target.value = "";
    await hand(files);
  }
  if (target.name === "in") await list(0);
});

let typed = 0;
element.addEventListener("input", ({ target }) => {
  if (target.name !== "search") return;
  clearTimeout(typed);
  typed = setTimeout(() => list(0), 250);
});

element.addEventListener("submit", async (event) => {
  if (event.target.matches("[method=dialog]")) return;
  event.preventDefault();
  const { target } = event;
  if (target.matches(".find")) await list(0);
  if (target.matches(".paste")) {
    const { title, text } = target.elements;
    say();
    if (!text.value.trim()) return say($(".shelf").dataset.noText);
    if (await change({ do: "paste", title: title.value, text: text.value })) target.reset();
  }
  if (target.matches(".web")) {
    const { address } = target.elements;
    say();
    if (!address.value.trim()) return say($(".shelf").dataset.noAddress);
    const kind = event.submitter?.value ?? "page";
    if (await change({ do: "web", address: address.value, as: kind })) target.reset();
  }
});

const dropping = (event) => event.target.closest?.(".drop");
for (const kind of ["dragover", "dragleave", "drop"]) {
  element.addEventListener(kind, async (event) => {
    const place = $(".drop");
    if (!place) return;
    event.preventDefault(); // a file that misses the place is not opened in its stead
    place.classList.toggle("over", kind === "dragover" && Boolean(dropping(event)));
    if (kind !== "drop" || !dropping(event)) return;
    const items = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!items.length) return hand([...event.dataTransfer.files].map((file) => ({ name: file.name, file })));
    const found = [];
    for (const entry of items) {
      const inside = await walk(entry);
      found.push(...(entry.isFile ? inside : inside.filter(({ name }) => readable(name))));
    }
    await hand(found);
  });
}

element.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { language, do: what, first, id, title, own, address } = button.dataset;
  if (language && language !== shelf.language) {
    const { search, in: chosen } = $(".find").elements;
    const kept = { search: search.value, in: chosen.value };
    await arrive(language);
    $(".find").elements.search.value = kept.search;
    $(".find").elements.in.value = kept.in;
    await Promise.all([list(shelf.first), look(), listFollowed()]);
    $(`[data-language=${language}]`).focus();
  }
  if (what === "files") $(".files").click();
  if (what === "folder") $(".folder").click();
  if (what === "page") {
    await list(Number(first));
    $(".articles").scrollIntoView({ block: "start" });
  }
  if (what === "dismiss") await look(true);
  if (what === "sync" || what === "unfollow") {
    say();
    await change({ do: what, address });
  }
  if (what === "remove") {
    const dialog = $("dialog");
    dialog.querySelector(".title").textContent = title;
    dialog.querySelector(".own").hidden = own !== "yes";
    dialog.querySelector(".other").hidden = own === "yes";
    dialog.returnValue = "";
    dialog.onclose = () => dialog.returnValue === "remove" && change({ do: "remove", id });
    dialog.showModal();
  }
});

const colours = () => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("majlis:colours"); // what was chosen in the chat
  } catch {
    // a browser may forbid storing
  }
  const system = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", chosen === "dark" || (chosen !== "light" && system));
};

const arrive = async (language) => {
  shelf.language = language ?? "";
  const reply = await act({ do: "arrive", accepted: navigator.languages.join(",") });
  shelf.language = reply.language;
  shelf.key = reply.key;
  element.innerHTML = reply.html;
  shelf.drawn = "";
  document.documentElement.lang = reply.language;
  document.documentElement.dir = reply.language === "ar" ? "rtl" : "ltr";
  document.title = `${$("h1").textContent} · Majlis`;
  const address = new URL(location.href); // so that a reload keeps the language
  address.searchParams.set("lang", reply.language);
  history.replaceState(history.state, "", address);
};

const languageOfChat = () => {
  try {
    return localStorage.getItem("majlis:language"); // what was chosen in the chat
  } catch {
    return null;
  }
};

colours();
arrive(new URL(location.href).searchParams.get("lang") ?? languageOfChat()).then(async () => {
  await Promise.all([list(), listFollowed()]);
  await watchWork();
});
