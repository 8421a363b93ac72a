/** "No finding" for the whole case, and an answer for every label: about the case, or the series or image shown. */

import { lesionsOf } from "../store/lesions.js";
import { CASE } from "../store/read_store.js";
import { answerId } from "../store/wire.js";
import { element, keyCap, part } from "../element.js";
import { capFor } from "./key_caps.js";

/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../canvas/screen.js').Screen} Screen */
/** @typedef {import('../types.js').Answer} Answer */
/** @typedef {import('../types.js').Label} Label */

const WORDS = /** @type {const} */ ([
  ["", "–"],
  ["present", "present"],
  ["absent", "absent"],
  ["uncertain", "uncertain"],
  ["not_assessable", "not assessable"],
]);
const TARGETS = { region: "", study: "this study", series: "this series", image: "this image" };
/** What a label's key does to its answer, again and again. @type {Map<Answer["value"], Answer["value"]>} */
const NEXT = new Map([
  [null, "present"],
  ["present", "absent"],
]);

/**
 * @param {ReadStore} store
 * @param {Screen} screen
 * @param {(words: string) => void} notify
 */
export function createAnswersPanel(store, screen, notify) {
  const noFinding = element(
    "button",
    { type: "button", class: "no-finding", onclick: () => toggleNoFinding(store, notify) },
    element("span", { class: "label__name" }, "No finding"),
    capFor("noFinding"),
  );
  const rows = store.labels.map((label) => answerRow(label, store, screen));
  part("answers").replaceChildren(noFinding, ...rows.map(({ host }) => host));

  function draw() {
    noFinding.setAttribute("aria-pressed", String(store.saysNoFinding));
    noFinding.disabled = store.isReadOnly;
    for (const row of rows) row.draw();
  }
  const drawPlaces = () => rows.filter(({ isOutOfDate }) => isOutOfDate()).forEach((row) => row.draw());
  store.changed.listen(draw);
  screen.viewChanged.listen(drawPlaces);
  screen.changed.listen(drawPlaces);
  draw();
}

/**
 * @param {Label} label
 * @param {ReadStore} store
 * @param {Screen} screen
 */
function answerRow(label, store, screen) {
  const target = TARGETS[label.scope];
  const select = element(
    "select",
    { class: "field", "aria-label": `${label.name}${target && `, ${target}`}: answer` },
    ...WORDS.map(([value, words]) => element("option", { value }, words)),
  );
  const told = element("span", { class: "answer__marks" });
  const name = element("span", { class: "answer__name" }, label.name);
  if (target) name.append(element("span", { class: "answer__target" }, target));
  const cap = target && label.hotkey ? [keyCap(label.hotkey)] : [];
  const host = element("div", { class: "answer" }, name, told, ...cap, select);
  /** @type {string | null} */
  let shown = null;
  select.addEventListener("change", () => {
    const id = answerTarget(label, screen);
    if (id) store.setAnswer(id, /** @type {Answer["value"]} */ (select.value || null));
  });
  return {
    host,
    isOutOfDate: () => answerTarget(label, screen) !== shown,
    draw() {
      shown = answerTarget(label, screen);
      const count = lesionsOf(store).filter(({ marks: [[, mark]] }) => mark.label === label.key).length;
      const value = (shown && store.answers.get(shown)?.value) ?? "";
      select.value = value;
      select.disabled = store.isReadOnly || !shown;
      // A mark says "present" by itself.
      select.hidden = count > 0 && value === "";
      told.textContent = count ? counted(count, "finding") : elsewhere(store, label, shown);
    },
  };
}

/**
 * How often the label is answered for other series or images.
 * @param {ReadStore} store
 * @param {Label} label
 * @param {string | null} shown
 */
function elsewhere(store, { key, scope }, shown) {
  const others = [...store.answers].filter(
    ([id, { value }]) => value !== null && id !== shown && id.startsWith(`${key}~`),
  ).length;
  return others ? `on ${counted(others, scope === "series" ? "other series" : "other image")}` : "";
}

/**
 * @param {number} count
 * @param {string} words
 */
const counted = (count, words) => `${count} ${words}${count === 1 || words.endsWith("series") ? "" : "s"}`;

/**
 * What an answer for this label is about now; null where no image is shown.
 * @param {Label} label
 * @param {Screen} screen
 */
function answerTarget({ key, scope }, { active: { viewport } }) {
  const { shown: ref, series } = viewport;
  if (scope !== "image" && scope !== "series") return key;
  if (!ref || ref.instance.is_resliced) return null;
  return scope === "series"
    ? answerId({ label: key, series_instance_uid: series.series_instance_uid })
    : answerId({ label: key, sop_instance_uid: ref.instance.sop_instance_uid, frame: ref.frame });
}

/**
 * Present, absent, and nothing again.
 * @param {Label} label
 * @param {ReadStore} store
 * @param {Screen} screen
 */
export function toggleAnswer(label, store, screen) {
  const id = answerTarget(label, screen);
  if (id) store.setAnswer(id, NEXT.get(store.answers.get(id)?.value ?? null) ?? null);
}

/**
 * @param {ReadStore} store
 * @param {(words: string) => void} notify
 */
export function toggleNoFinding(store, notify) {
  if (store.isReadOnly) return;
  const count = lesionsOf(store).length;
  if (store.saysNoFinding) store.setAnswer(CASE, null);
  else if (count)
    notify(
      `“No finding” contradicts the ${count === 1 ? "finding" : `${count} findings`} here: withdraw first.`,
    );
  else store.setAnswer(CASE, "absent");
}
