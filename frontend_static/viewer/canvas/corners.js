/** The texts in the corners of the picture, the letters at its edges, and the words when there is none. */

import { spacingInWords } from "../geometry/measure.js";
import { edgeLetters } from "../geometry/orientation.js";
import { displayOf } from "../geometry/space.js";
import { modalityValue } from "../image/lut.js";
import { voiInWords } from "../image/windows.js";
import { calmly } from "../store/signal.js";
import { partOf } from "../element.js";

/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../types.js').Point} Point */

/**
 * @param {HTMLElement} host  the pane
 * @param {Viewport} viewport
 * @param {Read} read
 */
export function createCorners(host, viewport, read) {
  const corners = {
    topLeft: partOf(host, "corner-top-left"),
    topRight: partOf(host, "corner-top-right"),
    bottomLeft: partOf(host, "corner-bottom-left"),
    bottomRight: partOf(host, "corner-bottom-right"),
  };
  const problem = partOf(host, "problem");
  const problemText = partOf(host, "problem-text");
  const retry = partOf(host, "problem-retry");
  retry.addEventListener("click", () => viewport.retry());
  let value = "";

  function draw() {
    problem.hidden = Boolean(viewport.shown);
    problemText.textContent = viewport.problem;
    retry.hidden = !viewport.canRetry;
    corners.topLeft.textContent = caseLines(read).join("\n");
    corners.topRight.textContent = imageLines(viewport).join("\n");
    corners.bottomLeft.textContent = [...placeLines(viewport), value].filter(Boolean).join("\n");
    corners.bottomRight.textContent = greyLines(viewport).join("\n");
    drawLetters(host, viewport);
  }
  const drawCalmly = calmly(draw);
  viewport.changed.listen(() => {
    // Whether there is a picture is said at once.
    if (problem.hidden !== Boolean(viewport.shown)) draw();
    else drawCalmly();
  });

  return {
    /** @param {Point | null} at  CSS pixels */
    pointAt(at) {
      value = at ? valueInWords(viewport, at) : "";
      draw();
    },
  };
}

/** @param {Read} read */
function caseLines({ case: { code, patient, study_date: date } }) {
  const age = patient.age.replace(/^0+(\d)/, "$1");
  return [code, [patient.sex, age].filter(Boolean).join(" "), date].filter(Boolean);
}

/** @param {Viewport} viewport */
function imageLines(viewport) {
  const { series, shown, asked } = viewport;
  const ref = shown ?? asked;
  if (!ref) return [];
  const { laterality, view_position: position } = ref.instance.display;
  return [
    [`Series ${series.number ?? viewport.seriesIndex + 1}`, series.modality].join(" · "),
    series.description,
    `Image ${ref.index + 1}/${series.frames.length}`,
    [laterality, position].filter(Boolean).join(" "),
  ].filter(Boolean);
}

/** @param {Viewport} viewport */
function placeLines({ shown }) {
  if (!shown) return [];
  const { slice_thickness: thickness, spacing } = shown.instance.display;
  return [thickness ? `Slice ${thickness} mm` : "", spacingInWords(spacing)];
}

/** @param {Viewport} viewport */
function greyLines(viewport) {
  if (!viewport.shown) return [];
  const { voi, view, grey } = viewport;
  const transformed = [
    view.isFlippedH ? "flipped ↔" : "",
    view.isFlippedV ? "flipped ↕" : "",
    view.quarterTurns ? `turned ${view.quarterTurns * 90}°` : "",
    grey.isInverted ? "inverted" : "",
  ];
  return [
    transformed.filter(Boolean).join(", "),
    voi ? voiInWords(voi) : "Colour",
    `Zoom ${Math.round(view.zoom * devicePixelRatio * 100)}%`,
  ].filter(Boolean);
}

/**
 * The value under the pointer, in modality units.
 * @param {Viewport} viewport
 * @param {Point} at
 */
function valueInWords(viewport, at) {
  const { shown, pixels } = viewport;
  if (!shown || !pixels) return "";
  const point = viewport.toImage(at);
  const [column, row] = [Math.floor(point.x), Math.floor(point.y)];
  if (column < 0 || row < 0 || column >= pixels.columns || row >= pixels.rows) return "";
  const place = `x ${column} y ${row}`;
  const start = (row * pixels.columns + column) * pixels.samples;
  if (pixels.samples === 3) return `${place}: ${pixels.values.slice(start, start + 3).join(" ")}`;
  const { display } = shown.instance;
  const value = Number(modalityValue(display, pixels.values[start]).toFixed(2));
  return `${place}: ${value} ${display.rescale_type === "US" ? "" : display.rescale_type}`.trimEnd();
}

/**
 * @param {HTMLElement} host
 * @param {Viewport} viewport
 */
function drawLetters(host, { shown, view }) {
  const letters = shown && edgeLetters(displayOf(shown), view);
  for (const edge of /** @type {const} */ (["top", "right", "bottom", "left"])) {
    partOf(host, `edge-${edge}`).textContent = letters ? letters[edge] : "";
  }
}
