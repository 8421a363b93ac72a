/** Keys told beside what they do: an element with `data-key-of` shows the key of that action, as the reader has it. */

import { capOf } from "../tools/key_names.js";
import { element } from "../element.js";

/** @typedef {import('../tools/key_actions.js').Action} Action */
/** @typedef {import('../tools/key_map.js').KeyMap<Action>} Keys */

/**
 * @param {string} action
 */
export const capFor = (action) => element("kbd", { class: "key", "data-key-of": action, "aria-hidden": "true" });

/**
 * Write them all, now and whenever a key is changed.
 * @param {Keys} keys
 */
export function showKeys(keys) {
  const draw = () => {
    for (const cap of document.querySelectorAll("kbd[data-key-of]")) write(/** @type {HTMLElement} */ (cap), keys);
    for (const control of document.querySelectorAll("[data-title]")) tell(/** @type {HTMLElement} */ (control), keys);
  };
  keys.changed.listen(draw);
  draw();
}

/**
 * @param {HTMLElement} cap
 * @param {Keys} keys
 */
function write(cap, keys) {
  const [key = ""] = keys.keysOf(cap.dataset.keyOf ?? "");
  cap.textContent = capOf(key);
  cap.hidden = !key;
  cap.parentElement?.setAttribute("aria-keyshortcuts", key.replace("Ctrl+", "Control+"));
}

/**
 * In the hint of a control that has no room for a cap.
 * @param {HTMLElement} control
 * @param {Keys} keys
 */
function tell(control, keys) {
  const { title = "", keyOf = "" } = control.dataset;
  const [key] = keys.keysOf(keyOf);
  control.title = key ? `${title} (${capOf(key)})` : title;
}
