/** What the corners of a picture say, in lines. */

import { spacingInWords } from "../geometry/measure.js";
import { displayOf, placeAlongNormal, planeOf } from "../geometry/space.js";
import { stackOf } from "../geometry/stack.js";
import { modalityValue } from "../image/lut.js";
import { voiInWords } from "../image/windows.js";
import { studyOf } from "../study_words.js";

/** @typedef {import('./corner_lines.js').Line} Line */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Read} Read */

// A narrower pane has no room for where the pointer is beside the value there.
const NARROW = 380;

/**
 * @param {number} need
 * @param {string} words
 * @returns {Line}
 */
const line = (need, words) => ({ need, words });

/**
 * @param {Read} read
 * @param {Viewport} viewport
 * @returns {Line[]}
 */
export function caseLines(read, { title, series, isEmpty }) {
  if (isEmpty) return [line(3, title)];
  const { code, patient, study_date: date } = read.case;
  const age = patient.age.replace(/^0+(\d)/, "$1");
  return [
    line(3, title),
    line(1, code),
    line(1, [patient.sex, age].filter(Boolean).join(" ")),
    line(2, studyOf(read, series)?.date ?? date),
  ];
}

/**
 * @param {Viewport} viewport
 * @returns {Line[]}
 */
export function imageLines({ series, seriesIndex, shown, asked }) {
  const ref = shown ?? asked;
  if (!ref) return [];
  const { laterality, view_position: position } = displayOf(ref);
  const number = `Series ${series.number ?? seriesIndex + 1}`;
  return [
    line(1, [number, series.modality].join(" · ")),
    line(1, series.description),
    line(3, `Image ${ref.index + 1}/${series.frames.length}`),
    line(3, [laterality, position].filter(Boolean).join(" ")),
  ];
}

/**
 * What the reader must know before they trust the picture.
 * @param {Viewport} viewport
 * @returns {Line[]}
 */
export function noteLines({ shown, series, cineWords }) {
  const made = shown?.reslice?.words ?? "Resampled";
  return [
    line(3, shown?.instance.is_resliced ? `${made}: not to be drawn on` : ""),
    line(3, faultWords(series)),
    line(2, cineWords),
  ];
}

/** @param {import('../types.js').Series | undefined} series */
function faultWords(series) {
  const { fault, reason } = series ? stackOf(series.frames) : { fault: "", reason: "" };
  return fault && `${reason[0].toUpperCase()}${reason.slice(1)}`;
}

/**
 * @param {Viewport} viewport
 * @param {Point | null} at  the pointer, CSS pixels
 * @returns {Line[]}
 */
export function placeLines(viewport, at) {
  const { shown } = viewport;
  if (!shown) return [];
  const { slice_thickness: thickness, spacing, regions } = displayOf(shown);
  const plane = planeOf(shown);
  return [
    line(3, at ? valueInWords(viewport, at) : ""),
    line(1, plane ? `Position ${placeAlongNormal(plane).toFixed(1)} mm` : ""),
    line(1, thickness ? `Slice ${Number(thickness.toFixed(2))} mm` : ""),
    line(2, spacingInWords(spacing, regions)),
  ];
}

/**
 * @param {Viewport} viewport
 * @returns {Line[]}
 */
export function greyLines({ shown, voi, view, grey }) {
  if (!shown) return [];
  const transformed = [
    view.isFlippedH ? "flipped ↔" : "",
    view.isFlippedV ? "flipped ↕" : "",
    view.quarterTurns ? `turned ${view.quarterTurns * 90}°` : "",
    grey.isInverted ? "inverted" : "",
  ];
  return [
    line(3, transformed.filter(Boolean).join(", ")),
    line(2, voi ? voiInWords(voi).replace(/([WL]) /g, "$1\u00a0") : "Colour"),
    line(1, `Zoom ${Math.round(view.zoom * devicePixelRatio * 100)}%`),
  ];
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
  const place = viewport.size.width < NARROW ? "" : `x ${column} y ${row}: `;
  const start = (row * pixels.columns + column) * pixels.samples;
  if (pixels.samples === 3) return `${place}${pixels.values.slice(start, start + 3).join(" ")}`;
  const { display } = shown.instance;
  const value = Number(modalityValue(display, pixels.values[start]).toFixed(2));
  return `${place}${value} ${display.rescale_type === "US" ? "" : display.rescale_type}`.trimEnd();
}
