/** Shows two versions of one mark or answer and lets the reader choose. Both are kept by the server. */

import { sizeInWords, spacingFor } from "../geometry/measure.js";
import { shapeInWords, shapeOf } from "../geometry/shapes.js";
import { pixelShape } from "../geometry/transform.js";
import { element, part } from "../element.js";
import { markPicture } from "./mark_picture.js";
import { placeInWords } from "./place_words.js";

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
    const versions = [latest?.content ?? operation.content, current];
    mine.replaceChildren(...describe(store, operation.id, versions[0]));
    other.replaceChildren(...describe(store, operation.id, versions[1]));
    draw(versions);
    dialog.showModal();
  });

  /** @param {Record<string, any>[]} versions */
  function draw(versions) {
    for (const old of dialog.querySelectorAll(".version__picture")) old.remove();
    const areMarks = versions.every((each) => "geometry" in each);
    if (!areMarks) return;
    const marks = /** @type {Mark[]} */ (versions);
    const display = store.places.of(marks[0])?.ref.instance.display;
    const pixel = pixelShape(display?.spacing ?? null, display?.pixel_aspect_ratio ?? null);
    [mine, other].forEach((facts, index) => {
      const colour = store.label(marks[index].label)?.colour ?? "#fff";
      facts.before(markPicture(marks[index], marks, { pixel, colour }));
    });
  }
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
function markInWords(store, mark) {
  const { label, shape: name, geometry, attributes, is_withdrawn: isWithdrawn } = mark;
  const shape = shapeOf(name);
  const place = store.places.of(mark);
  const { x, y, width, height } = shape.bounds(geometry);
  const display = place?.ref.instance.display;
  const spacing = display ? spacingFor(display, { x, y, width, height }) : null;
  const size = sizeInWords(shape.measures(geometry, spacing));
  const said = Object.entries(attributes).map(([key, value]) => `${key}: ${value}`);
  return [
    ["Label", store.label(label)?.name ?? label],
    ["Shape", [shapeInWords(name), size].filter(Boolean).join(", ")],
    ["Place", `${place ? `${placeInWords(store.read, place)}, ` : ""}at ${x.toFixed(1)}, ${y.toFixed(1)} px`],
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
    ["About", store.labelOfAnswer(id)?.name ?? "the whole case"],
    ["Answer", value === null ? "none" : String(value).replace("_", " ")],
  ];
}
