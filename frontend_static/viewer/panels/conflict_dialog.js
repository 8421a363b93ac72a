/** Shows two versions of one mark or answer and lets the reader choose. Both are kept by the server. */

import { element, part } from "../element.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../store/outbox.js').Outbox} Outbox */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {Outbox} outbox
 * @param {ReadStore} store
 */
export function createConflictDialog(outbox, store) {
  const dialog = /** @type {HTMLDialogElement} */ (part("conflict"));
  const mine = part("conflict-mine");
  const other = part("conflict-other");

  part("keep-mine").addEventListener("click", () => {
    dialog.close();
    outbox.keepMine();
  });
  part("keep-other").addEventListener("click", () => {
    dialog.close();
    outbox.keepOther();
  });
  // Without a choice nothing can be saved, so Escape does not close it.
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  outbox.changed.listen(() => {
    if (!outbox.conflict || dialog.open) return;
    const { operation, current } = outbox.conflict;
    const latest = outbox.operations
      .filter(({ kind, id }) => kind === operation.kind && id === operation.id)
      .at(-1);
    mine.replaceChildren(...describe(store, operation.id, latest?.content ?? operation.content));
    other.replaceChildren(...describe(store, operation.id, current));
    dialog.showModal();
  });
}

/**
 * @param {ReadStore} store
 * @param {string} id
 * @param {Record<string, any>} content
 */
function describe(store, id, content) {
  const pairs =
    "geometry" in content
      ? markInWords(store, /** @type {Mark} */ (content))
      : answerInWords(store, id, content);
  return pairs.flatMap(([term, words]) => [element("dt", {}, term), element("dd", {}, words)]);
}

/**
 * @param {ReadStore} store
 * @param {Mark} mark
 * @returns {[string, string][]}
 */
function markInWords(store, { label, geometry, attributes, is_withdrawn: isWithdrawn }) {
  const { x, y, width, height } = geometry;
  const [left, top, across, down] = [x, y, width, height].map((value) => value.toFixed(1));
  const said = Object.entries(attributes).map(([key, value]) => `${key}: ${value}`);
  return [
    ["Label", store.label(label)?.name ?? label],
    ["Box", `at ${left}, ${top}; ${across} × ${down} px`],
    ["Description", said.join(", ") || "–"],
    ["State", isWithdrawn ? "withdrawn" : "in the read"],
  ];
}

/**
 * @param {ReadStore} store
 * @param {string} id
 * @param {Record<string, any>} answer
 * @returns {[string, string][]}
 */
function answerInWords(store, id, { value }) {
  return [
    ["About", store.label(id)?.name ?? "the whole case"],
    ["Answer", value === null ? "none" : String(value).replace("_", " ")],
  ];
}
