/** The series as thumbnails. */

import { middleOf } from "../canvas/viewport.js";
import { element, part } from "../element.js";

/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../canvas/viewport.js').Viewport} Viewport */

/**
 * @param {Series[]} all
 * @param {Viewport} viewport
 */
export function createSeriesStrip(all, viewport) {
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
        onclick: () => viewport.show(index, middleOf(series)),
      },
      picture,
      element("span", { class: "series__name" }, `${number} · ${series.modality}`),
      element("span", { class: "series__count" }, count),
    );
  });
  part("series").replaceChildren(...buttons);
  let current = -1;
  viewport.changed.listen(() => {
    if (current === viewport.seriesIndex) return;
    current = viewport.seriesIndex;
    buttons.forEach((button, index) => button.setAttribute("aria-current", String(index === current)));
    buttons[current]?.scrollIntoView({ block: "nearest" });
  });
}
