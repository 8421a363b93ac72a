/** The series as thumbnails. */

import { middleOf } from "../canvas/viewport.js";
import { element, part } from "../element.js";

/** @typedef {import('../types.js').Series} Series */
/**
 * @param {Series[]} all
 * @param {import('../canvas/screen.js').Screen} screen
 */
export function createSeriesStrip(all, screen) {
  const buttons = all.map((series, index) => {
    const number = series.number ?? index + 1;
    const count = series.frames.length === 1 ? "1 image" : `${series.frames.length} images`;
    const picture = series.thumbnail_url
      ? element("img", { class: "series__picture", src: series.thumbnail_url, alt: "", draggable: "false" })
      : element("span", { class: "series__picture" });
    return element(
      "button",
      {
        type: "button",
        class: "series",
        "aria-label": `Series ${number}, ${series.modality}, ${count}`,
        onclick: () => screen.active.viewport.show(index, middleOf(series)),
      },
      picture,
      element("span", { class: "series__name" }, `${number} · ${series.modality}`),
      element("span", { class: "series__count" }, count),
    );
  });
  part("series").replaceChildren(...buttons);
  let current = -1;
  const draw = () => {
    const { seriesIndex } = screen.active.viewport;
    if (current === seriesIndex) return;
    current = seriesIndex;
    buttons.forEach((button, index) => button.setAttribute("aria-current", String(index === current)));
    buttons[current]?.scrollIntoView({ block: "nearest" });
  };
  screen.viewChanged.listen(draw);
  screen.changed.listen(draw);
}
