// The choice among libraries closes like a menu: by Escape, and by a click or the focus elsewhere.

const closeChoice = (elsewhere) => {
  const choice = document.querySelector(".libraries[open]");
  if (choice && !choice.contains(elsewhere)) choice.open = false;
};
for (const kind of ["pointerdown", "focusin"]) document.addEventListener(kind, (event) => closeChoice(event.target));
document.addEventListener(
  "keydown",
  (event) => {
    const choice = event.target.closest?.(".libraries[open]");
    if (!choice || event.key !== "Escape") return;
    event.stopPropagation();
    choice.open = false;
    choice.querySelector("summary").focus();
  },
  true,
);
