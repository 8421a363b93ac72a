/** The series as thumbnails, by study. A click puts one into the active pane; it can be dragged into another. */

import { middleOf } from "../canvas/viewport.js";
import { stackOf } from "../geometry/stack.js";
import { priorInWords } from "../study_words.js";
import { element, part } from "../element.js";

/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../canvas/screen.js').Screen} Screen */
/** @typedef {import('../canvas/pane.js').Pane} Pane */

const DRAGGED = "application/x-overread-series";

/**
 * @param {Read} read
 * @param {Screen} screen
 */
export function createSeriesStrip({ series: all, studies = [] }, screen) {
  const buttons = all.map((series, index) => thumbnail(series, index, screen));
  const groups = studies.length > 1 ? studies : [null];
  part("series").replaceChildren(
    ...groups.map((study, place) =>
      element(
        "section",
        { class: "strip__study" },
        ...(study ? [heading(study)] : []),
        ...buttons.filter((_, index) => !study || (all[index].study ?? 0) === place),
      ),
    ),
  );
  const acceptIn = (/** @type {Pane} */ pane) => acceptSeries(pane, all, screen);
  screen.panes.forEach(acceptIn);
  screen.paneMade.listen(acceptIn);

  let current = -1;
  const draw = () => {
    const shown = new Set(screen.panes.map(({ viewport }) => viewport.series?.source ?? viewport.seriesIndex));
    buttons.forEach((button, index) => button.classList.toggle("is-shown", shown.has(index)));
    const { series: own, seriesIndex: index } = screen.active.viewport;
    const seriesIndex = own?.source ?? index;
    if (current === seriesIndex) return;
    current = seriesIndex;
    buttons.forEach((button, index) => button.setAttribute("aria-current", String(index === current)));
    buttons[current]?.scrollIntoView({ block: "nearest" });
  };
  screen.viewChanged.listen(draw);
  screen.changed.listen(draw);
  draw();
}

/** @param {import('../types.js').Study} study */
function heading(study) {
  const prior = priorInWords(study);
  return element(
    "h2",
    { class: "strip__title" },
    study.date ?? "No date",
    element("span", { class: prior ? "prior" : "quiet" }, prior || "This study"),
  );
}

/**
 * @param {Series} series
 * @param {number} index
 * @param {Screen} screen
 */
function thumbnail(series, index, screen) {
  const number = series.number ?? index + 1;
  const count = series.frames.length === 1 ? "1 image" : `${series.frames.length} images`;
  const { fault, reason } = stackOf(series.frames);
  const picture = series.thumbnail_url
    ? element("img", { class: "series__picture", src: series.thumbnail_url, alt: "", draggable: "false" })
    : element("span", { class: "series__picture" });
  const button = element(
    "button",
    {
      type: "button",
      class: "series",
      draggable: "true",
      title: [series.description, fault && `${fault}: ${reason}`].filter(Boolean).join("\n"),
      "aria-label": [`Series ${number}`, series.modality, count, fault].filter(Boolean).join(", "),
      onclick: () => screen.active.viewport.show(index, middleOf(series)),
    },
    picture,
    element("span", { class: "series__name" }, `${number} · ${series.modality}`),
    element("span", { class: "series__count" }, count),
    ...(fault ? [element("span", { class: "series__fault" }, fault)] : []),
  );
  button.addEventListener("dragstart", ({ dataTransfer }) => dataTransfer?.setData(DRAGGED, String(index)));
  return button;
}

/**
 * @param {Pane} pane
 * @param {Series[]} all
 * @param {Screen} screen
 */
function acceptSeries(pane, all, screen) {
  const { host, viewport } = pane;
  const aim = (/** @type {boolean} */ isAimedAt) => host.classList.toggle("is-aimed-at", isAimedAt);
  host.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes(DRAGGED)) return;
    event.preventDefault();
    aim(true);
  });
  host.addEventListener("dragleave", () => aim(false));
  host.addEventListener("drop", (event) => {
    aim(false);
    const index = Number(event.dataTransfer?.getData(DRAGGED) || -1);
    if (!all[index]) return;
    event.preventDefault();
    viewport.show(index, middleOf(all[index]));
    screen.activate(pane);
    screen.focus();
  });
}
