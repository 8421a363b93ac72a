/** Obeys the keys. What they do is in key_actions.js, which key it is in the reader's map. */

import { keyOf } from "./key_names.js";

/**
 * What keys and buttons may ask for beside marks and layout.
 * @typedef {object} ViewCommands
 * @property {(count: number) => void} step
 * @property {() => void} first
 * @property {() => void} last
 * @property {(count: number) => void} stepSeries
 * @property {(place: number) => void} label  by its hotkey, 1 to 9
 * @property {(key: string) => void} chooseLabel  to draw with; a selected mark that is seen gets it too
 * @property {(place: number) => void} window
 * @property {() => void} invert
 * @property {() => void} flipHorizontally
 * @property {() => void} flipVertically
 * @property {() => void} turn
 * @property {() => void} fit
 * @property {() => void} actualSize
 * @property {() => void} reset
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {(count: number) => boolean} nextMark  false past the last one
 * @property {() => void} describe
 * @property {() => void} noFinding
 * @property {() => void} submit
 * @property {(name: string) => void} chooseTool
 * @property {() => void} escape
 * @property {() => void} help
 */

/** @typedef {ViewCommands & import('../mark_commands.js').MarkCommands & import('../layout_commands.js').LayoutCommands &
 *   import('../mask_commands.js').MaskCommands} Commands */
/** @typedef {import('./key_actions.js').Action} Action */
/** @typedef {import('./key_map.js').KeyMap<Action>} Keys */

// A focused control keeps the keys that work it.
const OWN_KEYS = new Set(["Enter", " ", "Tab"]);
const HELD_MS = 350;

/**
 * Keys work wherever the focus is, except in fields and dialogs.
 * @param {Commands} commands
 * @param {Keys} keys
 */
export function obeyKeys(commands, keys) {
  /** @type {{code: string, action: Action, since: number} | null} */
  let held = null;
  document.addEventListener("keydown", (event) => {
    if (!isForPicture(event)) return;
    const action = keys.actionOf(keyOf(event));
    if (!action) return;
    if (action.isUndoneOnRelease) {
      event.preventDefault();
      if (event.repeat) return;
      held = { code: event.code, action, since: event.timeStamp };
    }
    if (action.does(commands) !== false) event.preventDefault();
  });
  const release = () => {
    held?.action.does(commands);
    held = null;
  };
  document.addEventListener("keyup", ({ code, timeStamp }) => {
    if (code !== held?.code) return;
    if (timeStamp - held.since >= HELD_MS) release();
    held = null;
  });
  window.addEventListener("blur", release);
}

/** @param {KeyboardEvent} event */
function isForPicture(event) {
  const target = /** @type {Element} */ (event.target);
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return false;
  if (target.closest("input, select, textarea, dialog, .menu") || isAnswerKey(event, target)) return false;
  const isPicture = target.matches("[data-part=viewport]");
  if (OWN_KEYS.has(event.key) && !isPicture && target.closest("button, a")) return false;
  return event.key !== "Tab" || isPicture;
}

/**
 * Among answers to choose from, numbers and arrows choose: a number that no answer has must not become a label, and
 * what takes an answer back elsewhere must not withdraw the mark.
 * @param {KeyboardEvent} event
 * @param {Element} target
 */
const isAnswerKey = ({ key, code, ctrlKey, metaKey, altKey }, target) =>
  !(ctrlKey || metaKey || altKey) &&
  target.closest("[role=radiogroup]") !== null &&
  (/^(Digit|Numpad)\d$/.test(code) || /^(Arrow.*|Delete|Backspace)$/.test(key));
