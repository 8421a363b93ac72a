/** Keys and mouse, from the same table that the keyboard obeys. */

import { KEYS } from "../tools/keyboard.js";
import { element, keyCap, part } from "../element.js";

const MOUSE = [
  ["Left drag", "Draw a box; on an edge or handle: change it"],
  ["Click", "Select the mark under the pointer"],
  ["Wheel", "Next and previous image"],
  ["Ctrl + wheel", "Zoom at the pointer"],
  ["Middle drag", "Pan"],
  ["Right drag", "Window (across) and level (down); Shift is finer"],
  ["Double click", "Fit"],
];

export function createHelpDialog() {
  const dialog = /** @type {HTMLDialogElement} */ (part("help"));
  const keys = KEYS.filter(({ words }) => words).map(({ caps, words }) => row(caps, words));
  part("help-keys").replaceChildren(...keys);
  part("help-mouse").replaceChildren(...MOUSE.map(([what, words]) => row([what], words)));
  part("help-close").addEventListener("click", () => dialog.close());
  return { open: () => dialog.open || dialog.showModal() };
}

/**
 * @param {string[]} caps
 * @param {string} words
 */
function row(caps, words) {
  const keys = element("dt", {}, ...caps.map(keyCap));
  return element("div", { class: "help__row" }, keys, element("dd", {}, words));
}
