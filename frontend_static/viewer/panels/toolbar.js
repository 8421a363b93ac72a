/** The buttons above the picture. */

import { offeredWindows } from "../image/windows.js";
import { element, part } from "../element.js";

/** @typedef {import('../canvas/screen.js').Screen} Screen */
/** @typedef {import('../tools/toolbox.js').Toolbox} Toolbox */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../image/windows.js').Choice} Choice */
/** @typedef {import('../tools/keyboard.js').Commands} Commands */

/**
 * @param {Screen} screen
 * @param {ReadStore} store
 * @param {Commands} commands
 * @param {Toolbox} toolbox
 */
export function createToolbar(screen, store, commands, toolbox) {
  const toolButtons = toolbox.entries.map((entry) => ({
    entry,
    made: button(entry.words, entry.title, () => toolbox.choose(entry.name)),
  }));
  const window = element("select", { class: "field", "aria-label": "Window" });
  const invert = button("Invert", "Invert (I)", commands.invert);
  const undo = button("Undo", "Undo (Ctrl + Z)", commands.undo);
  const redo = button("Redo", "Redo (Ctrl + Y)", commands.redo);
  const groups = [
    toolButtons.map(({ made }) => made),
    [
      button("Fit", "Fit (F)", commands.fit),
      button("1:1", "One image pixel on one screen pixel", commands.actualSize),
    ],
    [
      button("Flip ↔", "Mirror left and right (H)", commands.flipHorizontally),
      button("Flip ↕", "Mirror top and bottom (V)", commands.flipVertically),
      button("Turn", "Turn a quarter clockwise", commands.turn),
    ],
    [window, invert, button("Reset", "As on opening (R)", commands.reset)],
    [undo, redo],
    [button("?", "Keys and mouse (?)", commands.help)],
  ];
  const made = groups.map((group) => element("div", { class: "toolbar__group" }, ...group));
  part("toolbar").replaceChildren(...made);

  /**
   * @param {string} words
   * @param {string} title
   * @param {() => void} action
   */
  function button(words, title, action) {
    const onclick = (/** @type {Event} */ event) => {
      action();
      // After a click with the mouse the keys belong to the picture again.
      if (/** @type {MouseEvent} */ (event).detail > 0) screen.focus();
    };
    return element("button", { type: "button", class: "tool", title, onclick }, words);
  }

  let offered = "";
  function drawWindows() {
    const { viewport } = screen.active;
    const ref = viewport.shown;
    if (!ref) return;
    const offers = offeredWindows(viewport.series.modality, ref.instance);
    const chosen = JSON.stringify(viewport.grey.choice(viewport.series, ref.instance));
    const options = [
      ...offers.map(({ choice, name }) => [JSON.stringify(choice), name]),
      ["manual", "Own window"],
    ];
    const key = JSON.stringify(options);
    if (key !== offered) {
      window.replaceChildren(...options.map(([value, name]) => element("option", { value }, name)));
      offered = key;
    }
    window.disabled = offers.length === 0;
    window.value = options.some(([value]) => value === chosen) ? chosen : "manual";
  }
  window.addEventListener("change", () => {
    if (window.value !== "manual")
      screen.active.viewport.chooseWindow(/** @type {Choice} */ (JSON.parse(window.value)));
    screen.focus();
  });

  function draw() {
    for (const { entry, made: tool } of toolButtons) {
      tool.setAttribute("aria-pressed", String(entry.name === toolbox.current.name));
      tool.disabled = Boolean(entry.shape) && store.isReadOnly;
    }
    invert.setAttribute("aria-pressed", String(screen.active.viewport.grey.isInverted));
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    drawWindows();
  }
  for (const signal of [screen.viewChanged, screen.changed, store.changed, toolbox.changed])
    signal.listen(draw);
  draw();
}
