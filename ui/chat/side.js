// The side: the source of a citation, or the conversations; on narrow screens it lies over the page.

const setSide = (side) => {
  const over = narrow.matches && side !== "";
  if (over && !page.side) history.pushState({ side: true }, ""); // so that Back closes it
  page.side = side;
  $("#room").dataset.side = side;
  for (const part of ["#top", "#chat"]) $(part).inert = over;
};

// What opened the side; where it was drawn anew since, what stands in its place.
const openerNow = () => {
  const { opener } = page;
  if (!opener || opener.isConnected) return opener;
  const { kind, turn, number } = opener.dataset;
  return kind ? $(`.log button[data-kind="${kind}"][data-turn="${turn}"][data-number="${number}"]`) : $("#top [data-do=list]");
};

const closeSource = () => {
  setSide("");
  $("#panel").replaceChildren();
  page.shown = null;
};

const closeSide = () => {
  if (!page.side) return;
  closeSource();
  const address = new URL(location.href);
  for (const name of ["article", "at", "hash"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
  tellAddress(); // going back may have brought an older one
  (openerNow() ?? $("#question textarea")).focus();
};

// Closes it by going back where opening it went forward.
const leaveSide = () => (history.state?.side ? history.back() : closeSide());

const showList = (opener) => {
  page.opener = opener;
  $("#panel").replaceChildren();
  page.shown = null;
  drawList();
  setSide("list");
  $("#conversations h2").focus();
};

const called = (shown, more = {}) => {
  const asked = { ...shown, ...more, language: page.language };
  if (shown.article) return server.follow(asked);
  return server.show({ ...asked, turn: page.chat.turns[shown.place] });
};

// Opens a place; opener is the button that was clicked, null where the page opens it by itself.
const openPlace = async (shown, opener) => {
  const stepped = opener?.closest("#panel .steps") ? opener.ariaLabel : "";
  if (opener && !opener.closest("#panel")) page.opener = opener;
  if (JSON.stringify(page.shown) === JSON.stringify(shown)) {
    setSide("source");
    if (opener) $("#panel h2").focus({ preventScroll: true });
    return toQuote(true);
  }
  page.shown = shown;
  const html = await reached(called(shown));
  if (page.shown !== shown) return; // another place was asked for meanwhile
  if (!html) {
    page.shown = null;
    return html === undefined && notice($("#frame").dataset.lost);
  }
  if ($("#notice").textContent === $("#frame").dataset.lost) notice("");
  $("#panel").replaceChildren(fromServer(html));
  setSide("source");
  toQuote(false);
  if (page.view === "sheet" && $("#panel .views")) await showSheet($("#panel .views [data-do=sheet]"));
  if (!opener) return;
  const again = [...element.querySelectorAll("#panel .step")].find((step) => step.ariaLabel === stepped);
  (again ?? $("#panel h2")).focus({ preventScroll: true });
};

// The page as printed instead of the text, or the text again; what was chosen holds for the next source too.
const view = (name) => {
  page.view = name;
  $("#panel .shown").dataset.view = name;
  for (const button of element.querySelectorAll("#panel .views button")) button.ariaPressed = String(button.dataset.do === name);
};

const showText = () => {
  view("text");
  toQuote(false);
};

const showSheet = async (button) => {
  const shown = page.shown;
  const number = Number(button.dataset.page ?? 0);
  const asked = { ...shown, page: number, language: page.language };
  const html = await reached(server.original(shown.article ? asked : { ...asked, turn: page.chat.turns[shown.place] }));
  if (page.shown !== shown) return;
  if (html === undefined) return notice($("#frame").dataset.lost);
  $("#panel .original").replaceChildren(fromServer(html));
  view("sheet");
  const picture = $("#panel .sheet img");
  picture?.addEventListener("error", () => picture.replaceWith(picture.dataset.broken));
  $("#panel .sheet .box")?.scrollIntoView({ block: "center", inline: "center" });
  if (number) $("#panel .pages").focus({ preventScroll: true });
};

const showMore = async (button) => {
  const shown = page.shown;
  const { more, offset } = button.dataset;
  button.disabled = true;
  const html = await reached(called(shown, { more, offset: Number(offset) }));
  button.disabled = false;
  if (page.shown !== shown) return;
  if (html === undefined) return notice($("#frame").dataset.lost);
  const text = $("#panel .shown .text");
  const below = text.scrollHeight - text.scrollTop;
  button.replaceWith(fromServer(html));
  if (more === "before") text.scrollTop = text.scrollHeight - below; // what was read stays where it was
  text.focus({ preventScroll: true });
};

// The place that a link to the page points at; null where it points at none.
const linkedPlace = () => {
  const given = new URL(location.href).searchParams;
  const range = /^(\d{1,12})-(\d{1,12})$/.exec(given.get("at") ?? "");
  if (!given.get("article") || !range) return null;
  return { article: given.get("article"), start: Number(range[1]), end: Number(range[2]), hash: given.get("hash") ?? "" };
};

const placeOf = (button) => ({
  place: Number(button.dataset.turn),
  kind: button.dataset.kind,
  number: Number(button.dataset.number),
});
