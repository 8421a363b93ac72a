/** Everything that has a key: its name, its words, the keys it has unless the reader changes them, and what it does. */

import { TOOLS } from "./registry.js";

/** @typedef {import('./keyboard.js').Commands} Commands */

/**
 * @typedef {object} Action
 * @property {string} name  kept in the reader's preferences, so it never changes
 * @property {string} group
 * @property {string} words
 * @property {string[]} keys
 * @property {(commands: Commands) => void | boolean} does  false: the key is to do what it does elsewhere
 * @property {boolean} [isUndoneOnRelease]  when it was held for a while
 * @property {boolean} [isFixed]  its key cannot be changed
 * @property {string} [family]  what it and its like, which differ only by a number, are called together
 */

const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const LAYOUTS = [
  { rows: 1, columns: 1, key: "Shift+1" },
  { rows: 1, columns: 2, key: "Shift+2" },
  { rows: 1, columns: 3, key: "Shift+3" },
  { rows: 2, columns: 2, key: "Shift+4" },
  { rows: 2, columns: 3, key: "Shift+6" },
  { rows: 2, columns: 4, key: "Shift+8" },
  { rows: 3, columns: 3, key: "Shift+9" },
  { rows: 4, columns: 4, key: "" },
];

/**
 * @param {string} group
 * @param {[string, string, string, Action["does"], Partial<Action>?][]} rows  name, words, keys with spaces between
 * @returns {Action[]}
 */
const grouped = (group, rows) =>
  rows.map(([name, words, keys, does, more]) => ({
    name,
    group,
    words,
    keys: keys.split(" ").filter(Boolean),
    does,
    ...more,
  }));

/**
 * An arrow moves the selected mark where there is one; else up and down go through the images.
 * @param {number} dx
 * @param {number} dy
 * @returns {Action["does"]}
 */
const arrow = (dx, dy) => (commands) => {
  if (!commands.nudge(dx, dy) && dy) commands.step(Math.sign(dy));
};

/** @type {Action[]} */
export const ACTIONS = [
  ...grouped("Reading", [
    ["noFinding", "No finding in this case", "0", (to) => to.noFinding()],
    ["submit", "Submit and open the next", "Enter", (to) => to.submit()],
    ["undo", "Undo", "Ctrl+Z", (to) => to.undo()],
    ["redo", "Redo", "Ctrl+Y Ctrl+Shift+Z", (to) => to.redo()],
    ["escape", "Cancel, deselect, then the select tool", "Escape", (to) => to.escape(), { isFixed: true }],
    ["help", "Keys and mouse", "? F1", (to) => to.help()],
  ]),
  ...grouped("Images", [
    ["previousImage", "Previous image", "PageUp", (to) => to.step(-1)],
    ["nextImage", "Next image", "PageDown", (to) => to.step(1)],
    ["firstImage", "First image", "Home", (to) => to.first()],
    ["lastImage", "Last image", "End", (to) => to.last()],
    ["previousSeries", "Previous series", "[ Ctrl+ArrowUp", (to) => to.stepSeries(-1)],
    ["nextSeries", "Next series", "] Ctrl+ArrowDown", (to) => to.stepSeries(1)],
    ["cine", "Play or stop", "Shift+C", (to) => to.cine()],
    ["cineFaster", "Play faster", "+", (to) => to.changeCineRate(1)],
    ["cineSlower", "Play slower", "-", (to) => to.changeCineRate(-1)],
  ]),
  ...grouped("Findings", [
    ["nextFinding", "Next finding", "Space", (to) => to.nextFinding(1)],
    ["previousFinding", "Previous finding", "Shift+Space", (to) => to.nextFinding(-1)],
    ["nextMark", "Next mark on this image", "Tab", (to) => to.nextMark(1)],
    ["previousMark", "Previous mark on this image", "Shift+Tab", (to) => to.nextMark(-1)],
    ["describe", "Describe the selected mark", "A", (to) => to.describe()],
    ["withdraw", "Withdraw the selected mark", "Delete Backspace", (to) => to.withdraw()],
    ["up", "Move the mark up; without one, previous image", "ArrowUp", arrow(0, -1)],
    ["down", "Move the mark down; without one, next image", "ArrowDown", arrow(0, 1)],
    ["left", "Move the mark left", "ArrowLeft", arrow(-1, 0)],
    ["right", "Move the mark right", "ArrowRight", arrow(1, 0)],
    ["farUp", "Move the mark up by 10 px", "Shift+ArrowUp", arrow(0, -10)],
    ["farDown", "Move the mark down by 10 px", "Shift+ArrowDown", arrow(0, 10)],
    ["farLeft", "Move the mark left by 10 px", "Shift+ArrowLeft", arrow(-10, 0)],
    ["farRight", "Move the mark right by 10 px", "Shift+ArrowRight", arrow(10, 0)],
    ["copyToNext", "Copy to the next image", "N", (to) => to.copyToSlice(1)],
    ["copyToPrevious", "Copy to the previous image", "Shift+N", (to) => to.copyToSlice(-1)],
    ["join", "One lesion with the mark selected before", "J", (to) => to.joinPrevious()],
    ["split", "Take out of its lesion", "Shift+J", (to) => to.splitOff()],
    ["lock", "Lock or unlock", "U", (to) => to.toggleLock()],
    [
      "hideAll",
      "Hide or show all marks; held: while held",
      "H",
      (to) => to.toggleAllHidden(),
      { isUndoneOnRelease: true },
    ],
    ["hide", "Hide or show the selected mark", "Shift+H", (to) => to.toggleHidden()],
    ["snap", "Snap to edges, on or off", "Y", (to) => to.toggleSnapping()],
  ]),
  ...grouped(
    "Labels",
    NINE.map((place) => [
      `label${place}`,
      `Label ${place}`,
      `${place}`,
      (to) => to.label(place),
      { family: "Labels 1 to 9" },
    ]),
  ),
  ...TOOLS.map(({ name, words, key }) => ({
    name: `tool_${name}`,
    group: "Tools",
    words,
    keys: key ? [key.length === 1 ? key.toUpperCase() : key] : [],
    does: (/** @type {Commands} */ to) => to.chooseTool(name),
  })),
  ...grouped(
    "Windows",
    NINE.map((place) => [
      `window${place}`,
      `Window ${place} of the list`,
      `Alt+${place}`,
      (to) => to.window(place),
      { family: "Windows 1 to 9 of the list" },
    ]),
  ),
  ...grouped("View", [
    ["invert", "Invert", "I", (to) => to.invert()],
    ["fit", "Fit", "F", (to) => to.fit()],
    ["actualSize", "One to one", "Shift+O", (to) => to.actualSize()],
    ["reset", "Reset: as on opening", "R", (to) => to.reset()],
    ["flipHorizontally", "Flip left and right", "Shift+F", (to) => to.flipHorizontally()],
    ["flipVertically", "Flip top and bottom", "Shift+V", (to) => to.flipVertically()],
    ["turn", "Turn a quarter", "T", (to) => to.turn()],
    ["magnifier", "Magnifier", "Shift+M", (to) => to.magnifier()],
    ["overlays", "Drawings that came with the image, on or off", "Shift+Y", (to) => to.toggleOverlays()],
  ]),
  ...grouped("Masks", [
    ["maskSmooth", "Even the rim of the selected mask", "Alt+S", (to) => to.smooth()],
    ["maskFillHoles", "Fill the holes of the selected mask", "Alt+H", (to) => to.fillHoles()],
    ["maskFillBetween", "Fill the slices between those painted", "Alt+B", (to) => to.interpolate()],
    ["maskAdd", "Add the mask selected before", "Alt+A", (to) => to.combine("add")],
    ["maskTakeAway", "Take away the mask selected before", "Alt+T", (to) => to.combine("subtract")],
    ["maskCommon", "Keep what both masks have", "Alt+C", (to) => to.combine("intersect")],
    ["maskRange", "Threshold from the window", "Alt+W", (to) => to.rangeFromWindow()],
  ]),
  ...grouped("Planes", [
    ["planeOriginal", "The slices as they are", "Shift+Q", (to) => to.showPlane("original")],
    ["planeAxial", "Axial plane", "Shift+A", (to) => to.showPlane("axial")],
    ["planeCoronal", "Coronal plane", "Shift+K", (to) => to.showPlane("coronal")],
    ["planeSagittal", "Sagittal plane", "Shift+S", (to) => to.showPlane("sagittal")],
    ["planesThree", "Slices and both planes across them", "Shift+T", (to) => to.threePlanes()],
    ["slabThicker", "Thicker slab", "Alt++", (to) => to.changeSlab(1)],
    ["slabThinner", "Thinner slab", "Alt+-", (to) => to.changeSlab(-1)],
    ["slabMode", "Slab: mean, MIP, MinIP", "Alt+M", (to) => to.nextSlabMode()],
  ]),
  ...grouped("Layout", [
    ["maximise", "Maximise, or give the others back", "M", (to) => to.maximise()],
    ["nextPane", "Next pane", ".", (to) => to.nextPane()],
    ["previousPane", "Previous pane", ",", (to) => to.previousPane()],
    ["nextHanging", "Next hanging", "V", (to) => to.nextHanging()],
    ["locate", "This place in the other panes", "O", (to) => to.locate()],
    ["referenceLines", "Reference lines", "Shift+R", (to) => to.toggleReferenceLines()],
    ["linkScroll", "Link scrolling", "Shift+L", (to) => to.toggleLink("scroll")],
    ["linkWindow", "Link the window", "Shift+W", (to) => to.toggleLink("window")],
    ["linkZoom", "Link the zoom", "Shift+Z", (to) => to.toggleLink("zoom")],
    ["linkPan", "Link moving", "Shift+P", (to) => to.toggleLink("pan")],
    ...LAYOUTS.map(
      ({ rows, columns, key }) =>
        /** @type {[string, string, string, Action["does"]]} */ ([
          `layout${rows}x${columns}`,
          `${rows} × ${columns}`,
          key,
          (to) => to.setLayout(rows, columns),
        ]),
    ),
  ]),
];
