// The keys of the review screen and what they do. The help dialog shows the same table.
import { element, keyCap } from "../viewer/element.js";
import { hooked } from "./api.js";

/**
 * Everything a key or a button may ask for.
 * @typedef {object} Commands
 * @property {() => void} pass
 * @property {() => void} passSeries
 * @property {() => void} reject
 * @property {() => void} skip
 * @property {() => void} back
 * @property {() => void} masked
 * @property {() => void} add
 * @property {() => void} remove
 * @property {() => void} removeAll
 * @property {() => void} undo
 * @property {(step: number) => boolean} selectNext  false past the last one
 * @property {(dx: number, dy: number) => void} arrow
 * @property {(dx: number, dy: number) => void} stretch
 * @property {(place: number) => void} picture
 * @property {(factor: number) => void} zoom
 * @property {() => void} fit
 * @property {() => void} escape
 * @property {() => void} help
 */
/** @typedef {{ caps: string[], words: string, matches: (event: KeyboardEvent) => boolean, does: (commands: Commands, event: KeyboardEvent) => void | boolean }} Key */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {KeyboardEvent} event */
const name = ({ key }) => (key.length === 1 ? key.toLowerCase() : key);

/** @param {...string} keys */
const plain =
  (...keys) =>
  (/** @type {KeyboardEvent} */ event) =>
    !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(name(event));

/** @param {KeyboardEvent} event @returns {[number, number]} */
function arrowOf(event) {
  const pace = event.ctrlKey || event.metaKey ? 10 : 1;
  const [dx, dy] = ARROWS[event.key];
  return [dx * pace, dy * pace];
}

/** @type {Key[]} */
export const KEYS = [
  {
    caps: ["Enter"],
    words: "Pass with these masks, and the next",
    matches: plain("Enter"),
    does: (commands, { repeat }) => repeat || commands.pass(),
  },
  {
    caps: ["S"],
    words: "Pass all waiting images of the series and size with these masks",
    matches: plain("s"),
    does: (commands, { repeat }) => repeat || commands.passSeries(),
  },
  {
    caps: ["X"],
    words: "Reject",
    matches: plain("x"),
    does: (commands) => commands.reject(),
  },
  {
    caps: ["N", "P"],
    words: "Next and previous without deciding",
    matches: plain("n", "p"),
    does: (commands, event) => (name(event) === "n" ? commands.skip() : commands.back()),
  },
  {
    caps: ["1", "–", "4"],
    words: "Pictures: first, middle, last, brightest of all frames",
    matches: plain("1", "2", "3", "4"),
    does: (commands, { key }) => commands.picture(Number(key) - 1),
  },
  { caps: ["M"], words: "See it as it will be", matches: plain("m"), does: (commands) => commands.masked() },
  { caps: ["B"], words: "Add a mask in the middle", matches: plain("b"), does: (commands) => commands.add() },
  {
    caps: ["Tab"],
    words: "Next mask",
    matches: plain("Tab"),
    does: (commands, { shiftKey }) => commands.selectNext(shiftKey ? -1 : 1),
  },
  {
    caps: ["Arrows"],
    words: "Move the selected mask; Ctrl: 10 px",
    matches: (event) => event.key in ARROWS && !event.shiftKey && !event.altKey,
    does: (commands, event) => commands.arrow(...arrowOf(event)),
  },
  {
    caps: ["Shift", "Arrows"],
    words: "Resize it; Ctrl: 10 px",
    matches: (event) => event.key in ARROWS && event.shiftKey && !event.altKey,
    does: (commands, event) => commands.stretch(...arrowOf(event)),
  },
  {
    caps: ["Del", "Backspace"],
    words: "Remove the selected mask",
    matches: plain("Delete", "Backspace"),
    does: (commands) => commands.remove(),
  },
  { caps: ["R"], words: "Remove all masks", matches: plain("r"), does: (commands) => commands.removeAll() },
  {
    caps: ["U", "Ctrl Z"],
    words: "Undo",
    matches: (event) => plain("u")(event) || ((event.ctrlKey || event.metaKey) && name(event) === "z"),
    does: (commands) => commands.undo(),
  },
  {
    caps: ["+", "−"],
    words: "Zoom",
    matches: plain("+", "=", "-"),
    does: (commands, { key }) => commands.zoom(key === "-" ? 1 / 1.5 : 1.5),
  },
  { caps: ["F"], words: "Fit", matches: plain("f"), does: (commands) => commands.fit() },
  { caps: ["Esc"], words: "Deselect", matches: plain("Escape"), does: (commands) => commands.escape() },
  { caps: ["?"], words: "This help", matches: plain("?"), does: (commands) => commands.help() },
];

const MOUSE = [
  ["Drag", "Draw a mask; on a mask or its handles: move, resize"],
  ["Click", "Select a mask"],
  ["Wheel", "Zoom at the pointer"],
  ["Middle drag", "Pan"],
  ["Double click", "Fit"],
];

// A focused control keeps the keys that work it.
const OWN_KEYS = new Set(["Enter", " ", "Tab"]);

/** Keys work wherever the focus is, except in fields and dialogs. @param {Element} picture @param {Commands} commands */
export function obeyKeys(picture, commands) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, select, textarea, dialog") || document.querySelector("dialog[open]")) return;
    if (OWN_KEYS.has(event.key) && target !== picture && target.closest("button, a")) return;
    if (event.key === "Tab" && target !== picture) return;
    const key = KEYS.find(({ matches }) => matches(event));
    if (key && key.does(commands, event) !== false) event.preventDefault();
  });
}

export function createHelp() {
  const dialog = /** @type {HTMLDialogElement} */ (hooked("help"));
  hooked("help-keys").replaceChildren(...KEYS.map(({ caps, words }) => row(caps, words)));
  hooked("help-mouse").replaceChildren(...MOUSE.map(([what, words]) => row([what], words)));
  hooked("help-close").onclick = () => dialog.close();
  return () => dialog.showModal();
}

/** @param {string[]} caps @param {string} words */
function row(caps, words) {
  const keys = element("dt", {}, ...caps.map((cap) => (cap === "–" ? cap : keyCap(cap))));
  return element("div", { class: "help__row" }, keys, element("dd", {}, words));
}
