/** "No finding" for the whole case, and an answer for every label. */

import { CASE } from "../store/read_store.js";
import { element, part } from "../element.js";
import { capFor } from "./key_caps.js";

/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../types.js').Answer} Answer */

const WORDS = /** @type {const} */ ([
  ["", "–"],
  ["present", "present"],
  ["absent", "absent"],
  ["uncertain", "uncertain"],
  ["not_assessable", "not assessable"],
]);

/**
 * @param {ReadStore} store
 * @param {(words: string) => void} notify
 */
export function createAnswersPanel(store, notify) {
  const noFinding = element(
    "button",
    { type: "button", class: "no-finding", onclick: () => toggleNoFinding(store, notify) },
    element("span", { class: "label__name" }, "No finding"),
    capFor("noFinding"),
  );
  const rows = store.labels.map((label) => {
    const select = element(
      "select",
      { class: "field", "aria-label": `${label.name}: answer` },
      ...WORDS.map(([value, words]) => element("option", { value }, words)),
    );
    select.addEventListener("change", () => {
      store.setAnswer(label.key, /** @type {Answer["value"]} */ (select.value || null));
    });
    const marks = element("span", { class: "answer__marks" });
    const row = element("div", { class: "answer" }, element("span", {}, label.name), marks, select);
    return { key: label.key, select, marks, row };
  });
  part("answers").replaceChildren(noFinding, ...rows.map(({ row }) => row));

  function draw() {
    noFinding.setAttribute("aria-pressed", String(store.saysNoFinding));
    noFinding.disabled = store.isReadOnly;
    for (const { key, select, marks } of rows) {
      const count = store.liveMarks.filter(([, mark]) => mark.label === key).length;
      const value = store.answers.get(key)?.value ?? "";
      select.value = value;
      select.disabled = store.isReadOnly;
      // A mark says "present" by itself.
      select.hidden = count > 0 && value === "";
      marks.textContent = count === 0 ? "" : count === 1 ? "1 mark" : `${count} marks`;
    }
  }
  store.changed.listen(draw);
  draw();
}

/**
 * @param {ReadStore} store
 * @param {(words: string) => void} notify
 */
export function toggleNoFinding(store, notify) {
  if (store.isReadOnly) return;
  const count = store.liveMarks.length;
  if (store.saysNoFinding) store.setAnswer(CASE, null);
  else if (count)
    notify(`“No finding” contradicts the ${count === 1 ? "mark" : `${count} marks`} here: withdraw first.`);
  else store.setAnswer(CASE, "absent");
}
