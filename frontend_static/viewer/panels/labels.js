/** The labels to draw with; a number key picks one. */

import { element, keyCap, part } from "../element.js";

/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {ReadStore} store
 * @param {(key: string) => void} choose
 */
export function createLabelsPanel(store, choose) {
  const rows = store.drawingLabels.map((label, index) => {
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = label.colour;
    const button = element(
      "button",
      { type: "button", class: "label", onclick: () => choose(label.key) },
      swatch,
      element("span", { class: "label__name" }, label.name),
      keyCap(hotkeyOf(store, index)),
    );
    return { key: label.key, button };
  });
  const empty = element("p", { class: "quiet" }, "This project has no label to draw with.");
  part("labels").replaceChildren(...(rows.length ? rows.map(({ button }) => button) : [empty]));

  function draw() {
    for (const { key, button } of rows) {
      button.setAttribute("aria-pressed", String(key === store.currentLabel));
      button.disabled = store.isReadOnly;
    }
  }
  store.changed.listen(draw);
  draw();
}

/**
 * The label that a number key means: what has it for its own, else the drawing label in that place.
 * @param {ReadStore} store
 * @param {number} place
 */
export function labelOfKey(store, place) {
  const own = store.labels.find(({ hotkey }) => hotkey === String(place));
  return own ?? store.drawingLabels.find((_, index) => hotkeyOf(store, index) === String(place));
}

/**
 * A label's own key, or its place in the list.
 * @param {ReadStore} store
 * @param {number} index
 */
function hotkeyOf(store, index) {
  const own = store.drawingLabels[index].hotkey;
  const place = index < 9 ? String(index + 1) : "";
  return own || (store.labels.some(({ hotkey }) => hotkey === place) ? "" : place);
}
