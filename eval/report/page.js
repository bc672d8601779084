// The filters of the report: by what became of a question, and by a text in it. Everything else is HTML.
"use strict";

// Folded alike: case, Arabic vowel marks and tatweel, the forms of alef, yeh and teh marbuta.
const fold = (text) =>
  text.normalize("NFKD").replace(/[\p{M}ـ]/gu, "").replace(/ى/g, "ي").replace(/ة/g, "ه").toLowerCase();

for (const set of document.querySelectorAll(".set")) {
  const form = set.querySelector(".filters");
  const input = form.querySelector("input");
  const buttons = [...form.querySelectorAll("button")];
  const output = form.querySelector("output");
  const none = set.querySelector(".none");
  const questions = [...set.querySelectorAll(".q")];
  const texts = new Map(); // folded on the first search

  const textOf = (question) => {
    if (!texts.has(question)) {
      const parts = [...question.querySelectorAll(".asked, .find")].map((part) => part.textContent);
      texts.set(question, fold(parts.join("\n")));
    }
    return texts.get(question);
  };

  const show = () => {
    const kinds = buttons.filter((button) => button.ariaPressed === "true").map((b) => b.dataset.kind);
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const question of questions) {
      const kind = !kinds.length || kinds.includes(question.dataset.outcome)
        || (kinds.includes("spoke") && "spoke" in question.dataset);
      question.hidden = !(kind && words.every((word) => textOf(question).includes(word)));
      shown += !question.hidden;
    }
    none.hidden = shown > 0;
    const all = questions.length === 1 ? "1 question" : `${questions.length.toLocaleString("en")} questions`;
    output.textContent = shown === questions.length ? all : `${shown.toLocaleString("en")} of ${all}`;
  };

  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
      show();
    });
  }
  for (const link of set.querySelectorAll("[data-pick]")) {
    link.addEventListener("click", () => {
      input.value = "";
      for (const button of buttons) button.ariaPressed = String(button.dataset.kind === link.dataset.pick);
      show();
    });
  }
  form.hidden = false;
  show(); // a browser that goes back keeps what was typed
}
