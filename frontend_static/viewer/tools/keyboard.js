/** The keys and what they do. The help dialog shows the same table. */

/**
 * Everything a key or a button may ask for.
 * @typedef {object} Commands
 * @property {(count: number) => void} step
 * @property {() => void} first
 * @property {() => void} last
 * @property {(count: number) => void} stepSeries
 * @property {(place: number) => void} label  by its hotkey, 1 to 9
 * @property {(place: number) => void} window
 * @property {() => void} invert
 * @property {() => void} flipHorizontally
 * @property {() => void} flipVertically
 * @property {() => void} turn
 * @property {() => void} fit
 * @property {() => void} actualSize
 * @property {() => void} reset
 * @property {() => void} withdraw
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {(dx: number, dy: number) => boolean} nudge  false when no mark is there to be moved
 * @property {(count: number) => boolean} nextMark  false past the last one
 * @property {() => void} describe
 * @property {() => void} noFinding
 * @property {() => void} submit
 * @property {() => void} boxTool
 * @property {() => void} selectTool
 * @property {() => void} escape
 * @property {(isHidden: boolean) => void} hideMarks
 * @property {() => void} help
 */

/**
 * `does` says false when the key is to do what it does elsewhere. `words` is empty where another row speaks for it.
 * @typedef {object} Key
 * @property {string[]} caps
 * @property {string} words
 * @property {(event: KeyboardEvent) => boolean} matches
 * @property {(commands: Commands, event: KeyboardEvent) => void | boolean} does
 */

/** @param {KeyboardEvent} event */
const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

/** @param {...string} keys */
const plain =
  (...keys) =>
  (/** @type {KeyboardEvent} */ event) =>
    isPlain(event) && keys.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key);

/** @param {...string} keys */
const control =
  (...keys) =>
  (/** @type {KeyboardEvent} */ event) =>
    (event.ctrlKey || event.metaKey) && !event.altKey && keys.includes(event.key.toLowerCase());

/** @param {KeyboardEvent} event */
const digit = ({ code }) => Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Arrows move the selected mark where there is one, else up and down go through the images.
 * @param {Commands} commands
 * @param {KeyboardEvent} event
 */
function arrow(commands, event) {
  const [dx, dy] = ARROWS[event.key];
  const pace = event.shiftKey ? 10 : 1;
  if (commands.nudge(dx * pace, dy * pace)) return;
  if (dy) commands.step(dy);
}

/** @type {Key[]} */
export const KEYS = [
  {
    caps: ["1 – 9"],
    words: "Label; with a mark selected, also its label",
    matches: (event) => isPlain(event) && digit(event) > 0,
    does: (commands, event) => commands.label(digit(event)),
  },
  {
    caps: ["0"],
    words: "No finding in this case",
    matches: (event) => isPlain(event) && /^(Digit|Numpad)0$/.test(event.code),
    does: (commands) => commands.noFinding(),
  },
  {
    caps: ["Enter"],
    words: "Submit and open the next",
    matches: plain("Enter"),
    does: (commands) => commands.submit(),
  },
  {
    caps: ["↑", "↓"],
    words: "Previous and next image; move the selected mark (Shift: 10 px)",
    matches: plain(...Object.keys(ARROWS)),
    does: arrow,
  },
  {
    caps: ["PgUp", "PgDn"],
    words: "Previous and next image",
    matches: plain("PageUp", "PageDown"),
    does: (commands, { key }) => commands.step(key === "PageUp" ? -1 : 1),
  },
  {
    caps: ["Home", "End"],
    words: "First and last image",
    matches: plain("Home", "End"),
    does: (commands, { key }) => (key === "Home" ? commands.first() : commands.last()),
  },
  {
    caps: ["[", "]"],
    words: "Previous and next series",
    matches: plain("[", "]"),
    does: (commands, { key }) => commands.stepSeries(key === "[" ? -1 : 1),
  },
  {
    caps: [],
    words: "",
    matches: control("arrowup", "arrowdown"),
    does: (commands, { key }) => commands.stepSeries(key === "ArrowUp" ? -1 : 1),
  },
  {
    caps: ["Tab"],
    words: "Next mark on this image",
    matches: plain("Tab"),
    does: (commands, { shiftKey }) => commands.nextMark(shiftKey ? -1 : 1),
  },
  {
    caps: ["A"],
    words: "Describe the selected mark",
    matches: plain("a"),
    does: (commands) => commands.describe(),
  },
  {
    caps: ["Del"],
    words: "Withdraw the selected mark",
    matches: plain("Delete", "Backspace"),
    does: (commands) => commands.withdraw(),
  },
  {
    caps: ["Ctrl Z", "Ctrl Y"],
    words: "Undo and redo",
    matches: control("z"),
    does: (commands, { shiftKey }) => (shiftKey ? commands.redo() : commands.undo()),
  },
  { caps: [], words: "", matches: control("y"), does: (commands) => commands.redo() },
  {
    caps: ["Space"],
    words: "Hide the marks while held",
    matches: plain(" "),
    does: (commands) => commands.hideMarks(true),
  },
  {
    caps: ["Alt 1 – 9"],
    words: "Windows, in the order of the list",
    matches: (event) => event.altKey && !event.ctrlKey && digit(event) > 0,
    does: (commands, event) => commands.window(digit(event)),
  },
  { caps: ["I"], words: "Invert", matches: plain("i"), does: (commands) => commands.invert() },
  {
    caps: ["H", "V"],
    words: "Mirror left and right, top and bottom",
    matches: plain("h", "v"),
    does: (commands, { key }) =>
      key.toLowerCase() === "h" ? commands.flipHorizontally() : commands.flipVertically(),
  },
  { caps: ["F"], words: "Fit", matches: plain("f"), does: (commands) => commands.fit() },
  { caps: ["R"], words: "Reset the view", matches: plain("r"), does: (commands) => commands.reset() },
  {
    caps: ["B", "S"],
    words: "Draw boxes; select",
    matches: plain("b", "s"),
    does: (commands, { key }) => (key.toLowerCase() === "b" ? commands.boxTool() : commands.selectTool()),
  },
  {
    caps: ["Esc"],
    words: "Cancel, deselect, then the select tool",
    matches: plain("Escape"),
    does: (commands) => commands.escape(),
  },
  { caps: ["?"], words: "This help", matches: plain("?"), does: (commands) => commands.help() },
];

// A focused control keeps the keys that work it.
const OWN_KEYS = new Set(["Enter", " ", "Tab"]);

/**
 * Keys work wherever the focus is, except in fields and dialogs.
 * @param {Commands} commands
 */
export function obeyKeys(commands) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, select, textarea, dialog, .popup, .menu") || document.querySelector("dialog[open]"))
      return;
    const isPicture = target.matches("[data-part=viewport]");
    if (OWN_KEYS.has(event.key) && !isPicture && target.closest("button, a")) return;
    if (event.key === "Tab" && !isPicture) return;
    const key = KEYS.find(({ matches }) => matches(event));
    if (key && key.does(commands, event) !== false) event.preventDefault();
  });
  const showMarks = () => commands.hideMarks(false);
  document.addEventListener("keyup", (event) => event.key === " " && showMarks());
  window.addEventListener("blur", showMarks);
}
