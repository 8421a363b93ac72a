/** The buttons above the picture. */

import { offeredWindows } from "../image/windows.js";
import { element, part } from "../element.js";

/** @typedef {import('../canvas/viewport.js').Viewport} Viewport */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../image/windows.js').Choice} Choice */
/** @typedef {import('../tools/keyboard.js').Commands} Commands */

/**
 * @param {Viewport} viewport
 * @param {ReadStore} store
 * @param {Commands} commands
 * @param {{current: () => string, choose: (name: string) => void}} tools
 */
export function createToolbar(viewport, store, commands, tools) {
  const toolButtons = [
    toolButton("box", "Box", "Draw boxes (B)"),
    toolButton("select", "Select", "Select and move marks (S)"),
    toolButton("pan", "Pan", "Move the picture (middle button)"),
    toolButton("zoom", "Zoom", "Enlarge by dragging up (Ctrl + wheel)"),
    toolButton("window", "Window", "Window and level (right button)"),
  ];
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
      if (/** @type {MouseEvent} */ (event).detail > 0) part("viewport").focus({ preventScroll: true });
    };
    return element("button", { type: "button", class: "tool", title, onclick }, words);
  }

  /**
   * @param {string} name
   * @param {string} words
   * @param {string} title
   */
  function toolButton(name, words, title) {
    return { name, made: button(words, title, () => tools.choose(name)) };
  }

  let offered = "";
  function drawWindows() {
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
    if (window.value !== "manual") viewport.chooseWindow(/** @type {Choice} */ (JSON.parse(window.value)));
    part("viewport").focus({ preventScroll: true });
  });

  function draw() {
    for (const { name, made: tool } of toolButtons)
      tool.setAttribute("aria-pressed", String(name === tools.current()));
    toolButtons[0].made.disabled = store.isReadOnly || !store.drawingLabels.length;
    invert.setAttribute("aria-pressed", String(viewport.grey.isInverted));
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    drawWindows();
  }
  viewport.changed.listen(draw);
  store.changed.listen(draw);
  draw();
  return { draw };
}
