// What stands around the picture: which image it is, its masks as a list, what is saved and what is not.
import { element } from "../viewer/element.js";
import { hooked } from "./api.js";

/**
 * @typedef {import('./pixel_review_queue.js').Loaded} Loaded
 * @typedef {import('./pixel_review_boxes.js').Boxes} Boxes
 * @typedef {import('./pixel_review_saving.js').Trouble} Trouble
 */

/** @param {number} count @param {string} word */
export const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** @param {number} count */
export const withMasks = (count) => (count ? `with ${counted(count, "mask")}` : "without a mask");

/** @param {Loaded} loaded @param {number} waiting */
export function showImage({ review }, waiting) {
  hooked("title").textContent = `Image ${review.id}`;
  const facts = [
    review.modality || "modality not known",
    `${review.columns} × ${review.rows}`,
    counted(review.number_of_frames, "frame"),
    `batch ${review.batch}, file ${review.number}`,
  ];
  if (review.expires_at) facts.push(`kept until ${review.expires_at.slice(0, 10)}`);
  hooked("facts").textContent = facts.join(" · ");
  document.title = `Image ${review.id} · Overread`;
  hooked("left").textContent =
    waiting > 1 ? `${(waiting - 1).toLocaleString("en")} more wait` : "the last one";
  const series = /** @type {HTMLButtonElement} */ (hooked("series-words").closest("button"));
  series.disabled = review.alike_waiting === 0;
  hooked("series-words").textContent = review.alike_waiting
    ? `Same for ${review.alike_waiting} more of the series`
    : "No other of the series waits";
}

/** The masks as a list, for who does not use the mouse. @param {Boxes} boxes @param {Element} picture */
export function showMasks(boxes, picture) {
  const rows = boxes.masks.map(({ box, isProposed }, place) => {
    const select = () => {
      boxes.select(place);
      /** @type {HTMLElement} */ (picture).focus();
    };
    const source = element("span", { class: "unseen" }, isProposed ? "proposed" : "drawn");
    const swatch = element("span", { class: `masks__swatch ${isProposed ? "is-proposed" : ""}` }, source);
    const size = element("span", {}, `${box.width} × ${box.height}`);
    const where = element("span", { class: "quiet" }, `at ${box.x}, ${box.y}`);
    const pick = {
      type: "button",
      class: "masks__pick",
      "aria-pressed": String(place === boxes.selected),
      onclick: select,
    };
    const remove = () => {
      boxes.remove(place);
      /** @type {HTMLElement} */ (picture).focus();
    };
    const cross = {
      type: "button",
      class: "masks__remove",
      "aria-label": `Remove mask ${place + 1}`,
      onclick: remove,
    };
    return element(
      "li",
      { class: "masks__row" },
      element("button", pick, swatch, size, where),
      element("button", cross, "×"),
    );
  });
  hooked("masks").replaceChildren(...rows);
  rows[boxes.selected]?.scrollIntoView({ block: "nearest" });
  hooked("count").textContent = String(boxes.masks.length);
  hooked("none").hidden = boxes.masks.length > 0;
  const count = boxes.masks.length;
  hooked("pass-words").textContent = `Pass ${withMasks(count)}`;
  /** @type {HTMLButtonElement} */ (document.querySelector("[data-do=undo]")).disabled = !boxes.canUndo;
  /** @type {HTMLButtonElement} */ (document.querySelector("[data-do=removeAll]")).disabled = !count;
}

/** One button for each picture of the image. @param {Loaded} loaded @param {number} shown @param {(place: number) => void} choose */
export function showPictures({ review }, shown, choose) {
  const buttons = review.previews.map(({ name }, place) => {
    const words = name.charAt(0).toUpperCase() + name.slice(1);
    const key = element("kbd", { class: "key" }, String(place + 1));
    const options = {
      type: "button",
      class: "tool",
      "aria-pressed": String(place === shown),
      onclick: () => choose(place),
    };
    return element("button", options, `${words} `, key);
  });
  hooked("previews").replaceChildren(...buttons);
}

/**
 * @param {Trouble[]} troubles
 * @param {{ goTo: (trouble: Trouble) => void, dismiss: (id: number) => void }} ways
 */
export function showTroubles(troubles, { goTo, dismiss }) {
  const rows = troubles.map((trouble) => {
    const { review, words, isFinal, isTriedAgain } = trouble;
    const row = element("div", { class: "review__trouble" }, element("p", {}, words));
    const button = (/** @type {string} */ what, /** @type {() => void} */ does) =>
      row.append(element("button", { type: "button", class: "button", onclick: does }, what));
    if (isFinal) button("Dismiss", () => dismiss(review.id));
    else if (!isTriedAgain) button(`Back to image ${review.id}`, () => goTo(trouble));
    return row;
  });
  hooked("troubles").replaceChildren(...rows);
  hooked("troubles").hidden = !rows.length;
}

/** Nothing is to be looked at here. @param {string} title @param {string} text @param {() => void} [again] */
export function showEnd(title, text, again) {
  hooked("again").hidden = !again;
  hooked("again").onclick = () => again?.();
  document.body.classList.add("is-ended");
  hooked("end").hidden = false;
  hooked("end-title").textContent = title;
  hooked("end-text").textContent = text;
  hooked("title").textContent = "";
  hooked("facts").textContent = "";
  hooked("previews").replaceChildren();
}

export function hideEnd() {
  document.body.classList.remove("is-ended");
  hooked("end").hidden = true;
}
