/** What a brush is set to, and what can be done with the selected mask; seen while a tool for masks is in hand. */

import { element, part } from "../element.js";
import { capFor } from "./key_caps.js";

/** @typedef {import('../mask_commands.js').MaskCommands} MaskCommands */
/** @typedef {import('../canvas/screen.js').Screen} Screen */
/** @typedef {import('../tools/toolbox.js').Toolbox} Toolbox */

const WITH_RANGE = new Set(["threshold_brush", "fill"]);

/**
 * @param {Screen} screen
 * @param {Toolbox} toolbox
 * @param {MaskCommands} commands
 */
export function createMaskOptions(screen, toolbox, commands) {
  const host = part("mask-options");
  const { brush } = toolbox;
  const view = () => screen.active.viewport;
  const radius = numberField("Radius", "0.1", (value) => brush.setRadius(view(), value));
  const low = numberField("From", "any", (value) => brush.setRange(value, brush.high));
  const high = numberField("To", "any", (value) => brush.setRange(brush.low, value));
  const fromWindow = button(
    "Window",
    "Take the values that the window shows",
    "maskRange",
    commands.rangeFromWindow,
  );
  const range = row(low.made, high.made, fromWindow);
  host.replaceChildren(
    row(
      radius.made,
      element("span", {}, capFor("previousSeries")),
      element("span", {}, capFor("nextSeries")),
    ),
    range,
    row(
      button("Smooth", "Even the rim; the area stays", "maskSmooth", commands.smooth),
      button("Fill holes", "Fill all holes of the selected mask", "maskFillHoles", commands.fillHoles),
      button(
        "Fill between",
        "Fill the slices between those painted of this lesion",
        "maskFillBetween",
        commands.interpolate,
      ),
    ),
    row(
      element("span", { class: "quiet" }, "Other"),
      button("Add", "Add the mask selected before", "maskAdd", () => commands.combine("add")),
      button("Take away", "Take away the mask selected before", "maskTakeAway", () =>
        commands.combine("subtract"),
      ),
      button("Common", "Keep what both masks have", "maskCommon", () => commands.combine("intersect")),
    ),
  );

  /**
   * @param {string} words
   * @param {string} title
   * @param {string} keyOf
   * @param {() => void} action
   */
  function button(words, title, keyOf, action) {
    const onclick = (/** @type {Event} */ event) => {
      action();
      if (/** @type {MouseEvent} */ (event).detail > 0) screen.focus();
    };
    const told = { title, "data-title": title, "data-key-of": keyOf };
    return element("button", { type: "button", class: "tool mask-options__button", ...told, onclick }, words);
  }

  function draw() {
    const { name } = toolbox.current;
    const isMaskTool = toolbox.entries.some((entry) => entry.name === name && entry.shape === "mask");
    part("mask-part").hidden = !isMaskTool;
    if (!isMaskTool) return;
    range.hidden = !WITH_RANGE.has(name);
    if (!range.hidden && !brush.isRangeChosen && view().voi) brush.rangeFromWindow(view());
    radius.show(brush.radiusOn(view()), brush.unitOn(view()));
    low.show(brush.low, "");
    high.show(brush.high, "");
  }
  for (const signal of [toolbox.changed, brush.changed, screen.changed, screen.viewChanged])
    signal.listen(draw);
  draw();
}

/** @param {...HTMLElement} content */
const row = (...content) => element("div", { class: "mask-options__row" }, ...content);

/**
 * @param {string} words
 * @param {string} step
 * @param {(value: number) => void} set
 */
function numberField(words, step, set) {
  const input = element("input", { class: "field mask-options__input", type: "number", step });
  const unit = element("span", { class: "quiet" });
  input.addEventListener("change", () => set(input.valueAsNumber));
  return {
    made: element("label", { class: "mask-options__field" }, words, input, unit),
    /**
     * @param {number} value
     * @param {string} told
     */
    show(value, told) {
      unit.textContent = told;
      const rounded = String(Math.round(value * 10) / 10);
      if (document.activeElement !== input && input.value !== rounded) input.value = rounded;
    },
  };
}
