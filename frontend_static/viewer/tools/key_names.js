/** Keys as strings: "B", "Shift+B", "Ctrl+Z", "Alt+1", "ArrowUp", "?". The same key has one string on every layout. */

const CAPS = new Map([
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["ArrowLeft", "←"],
  ["ArrowRight", "→"],
  ["PageUp", "PgUp"],
  ["PageDown", "PgDn"],
  ["Delete", "Del"],
  ["Escape", "Esc"],
]);
const MODIFIERS = new Set(["Control", "Shift", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Dead", "Process"]);

/** What a browser does itself and does not give away, or what a reader would not want to lose. */
const OF_BROWSER = new Set([
  ...["F5", "F6", "F11", "F12", "Escape", "Alt+F4", "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home"],
  ...["C", "F", "L", "N", "P", "Q", "R", "S", "T", "V", "W", "X", "+", "-", "0", "Tab", "Shift+Tab"].map((key) => `Ctrl+${key}`),
  ...["Shift+N", "Shift+P", "Shift+R", "Shift+T", "Shift+W", "Shift+I", "Shift+J"].map((key) => `Ctrl+${key}`),
  ...Array.from({ length: 9 }, (_, index) => `Ctrl+${index + 1}`),
]);

/** @param {string} key */
export const isOfBrowser = (key) => OF_BROWSER.has(key);

/** @typedef {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> &
 *   {getModifierState?: (name: string) => boolean}} KeyPress */

/**
 * Letters and signs are what the layout makes of them, digits where they lie: on a French keyboard they need Shift.
 * @param {KeyPress} event
 * @returns {string}  "" for a modifier alone
 */
export function keyOf(event) {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (!key || MODIFIERS.has(key)) return "";
  // AltGr writes a sign, and says that it is Ctrl and Alt.
  const writes = event.getModifierState?.("AltGraph") ?? false;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const letter = letterOf(key, code, altKey);
  // A sign or a digit that Shift has made is not also Shift and that sign.
  const isMade = (key.length === 1 && !letter && !digit) || key === digit;
  const named = key === " " ? "Space" : key;
  return [
    (ctrlKey || metaKey) && !writes ? "Ctrl+" : "",
    altKey && !writes ? "Alt+" : "",
    shiftKey && (!isMade || key === " ") ? "Shift+" : "",
    writes ? named : (digit ?? letter ?? named),
  ].join("");
}

/**
 * Where the layout writes no Latin letter, or Alt writes something else, the place on the keyboard says which.
 * @param {string} key
 * @param {string} code
 * @param {boolean} altKey
 */
function letterOf(key, code, altKey) {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const isForeign = key.length === 1 && (altKey || key.charCodeAt(0) > 0xff);
  return isForeign ? /^Key([A-Z])$/.exec(code)?.[1] : undefined;
}

/**
 * As it is printed on a keyboard: "Ctrl Z", "PgUp".
 * @param {string} key
 */
export function capOf(key) {
  const [, modifiers, last] = /^((?:(?:Ctrl|Alt|Shift)\+)*)(.+)$/.exec(key) ?? ["", "", key];
  return [...modifiers.split("+").filter(Boolean), CAPS.get(last) ?? last].join(" ");
}
