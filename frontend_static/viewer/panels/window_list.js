/** The windows of the active picture, by name. */

import { offeredWindows } from "../image/windows.js";
import { element } from "../element.js";

/** @typedef {import('../image/windows.js').Choice} Choice */

/** @param {import('../canvas/screen.js').Screen} screen */
export function createWindowList(screen) {
  const list = element("select", { class: "field", "aria-label": "Window" });
  let offered = "";

  function draw() {
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
      list.replaceChildren(...options.map(([value, name]) => element("option", { value }, name)));
      offered = key;
    }
    list.disabled = offers.length === 0;
    list.value = options.some(([value]) => value === chosen) ? chosen : "manual";
  }
  list.addEventListener("change", () => {
    if (list.value !== "manual")
      screen.active.viewport.chooseWindow(/** @type {Choice} */ (JSON.parse(list.value)));
    screen.focus();
  });
  screen.viewChanged.listen(draw);
  screen.changed.listen(draw);
  draw();
  return list;
}
