/** What the pixels inside a closed shape amount to, in modality units such as HU. Pure functions. */

import { eachRun } from "../geometry/scan.js";
import { modalityValue } from "./lut.js";

/** @typedef {import('../types.js').Display} Display */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../types.js').Shape} Shape */

/**
 * `count` pixels have a value; `inside` also counts those that are padding.
 * @typedef {{count: number, inside: number, mean: number, deviation: number, minimum: number, maximum: number}} Statistics
 */

/**
 * Of the pixels whose centres lie inside; padding has no value. The deviation is that of the pixels themselves
 * (divided by their number). Null for colour, and where no pixel has a value.
 * @param {Pixels} pixels
 * @param {Display} display
 * @param {Shape} shape  a closed one
 * @param {any} geometry
 * @returns {Statistics | null}
 */
export function statisticsInside(pixels, display, shape, geometry) {
  if (pixels.samples !== 1) return null;
  const convert = display.modality_lut
    ? (/** @type {number} */ stored) => modalityValue(display, stored)
    : null;
  const sums = sumsOf(pixels, display, convert, (visit) => eachRun(shape, geometry, pixels, visit));
  if (!sums.count) return null;
  return display.modality_lut ? sums : rescaled(sums, display);
}

/**
 * @param {Statistics} sums  of stored values
 * @param {Display} display
 * @returns {Statistics}
 */
function rescaled(sums, { rescale_slope: slope, rescale_intercept: intercept }) {
  const [one, other] = [sums.minimum * slope + intercept, sums.maximum * slope + intercept];
  return {
    ...sums,
    mean: sums.mean * slope + intercept,
    deviation: sums.deviation * Math.abs(slope),
    minimum: Math.min(one, other),
    maximum: Math.max(one, other),
  };
}

/**
 * @param {Pixels} pixels
 * @param {Display} display
 * @param {((stored: number) => number) | null} convert
 * @param {(visit: (row: number, start: number, end: number) => void) => void} runs
 * @returns {Statistics}
 */
function sumsOf({ values, columns }, { pixel_padding: padding }, convert, runs) {
  const [low, high] = padding ?? [Infinity, -Infinity];
  let [count, inside, minimum, maximum] = [0, 0, Infinity, -Infinity];
  // Sums of what differs from a first value: squares of large values would lose their last digits.
  let [origin, sum, squares] = [NaN, 0, 0];
  runs((row, start, end) => {
    inside += end - start;
    // Numbers that only this run knows: those shared between runs are ten times slower to add to.
    let [found, some, squared, least, most] = [0, 0, 0, minimum, maximum];
    for (let index = row * columns + start; index < row * columns + end; index += 1) {
      const stored = values[index];
      if ((stored >= low && stored <= high) || stored !== stored) continue;
      const value = convert ? convert(stored) : stored;
      if (origin !== origin) origin = value;
      const difference = value - origin;
      found += 1;
      some += difference;
      squared += difference * difference;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    count += found;
    sum += some;
    squares += squared;
    [minimum, maximum] = [least, most];
  });
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { count, inside, mean: origin + mean, deviation, minimum, maximum };
}

/**
 * @param {Statistics} statistics
 * @param {string} unit  "" where the values have none
 */
export function statisticsInWords({ mean, deviation, minimum, maximum }, unit) {
  const digits = Math.max(Math.abs(minimum), Math.abs(maximum)) < 10 && !Number.isInteger(minimum) ? 3 : 1;
  const told = (/** @type {number} */ value) =>
    Number.isInteger(value) ? String(value) : value.toFixed(digits);
  const tail = unit ? ` ${unit}` : "";
  return [
    `mean ${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}${tail}`,
    `min ${told(minimum)}, max ${told(maximum)}${tail}`,
  ];
}

/**
 * The unit of modality values: that of RescaleType; CT without one has Hounsfield units.
 * @param {string} modality
 * @param {Display} display
 */
export function valueUnit(modality, { rescale_type: type }) {
  if (type === "US") return "";
  return type || (modality === "CT" ? "HU" : "");
}
