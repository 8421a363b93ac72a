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

// Between two steps: a few milliseconds of work.
const PIXELS_A_STEP = 250_000;

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
  const steps = statisticsInSteps(pixels, display, shape, geometry);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * The same, for large shapes: what asks for the next step may do something else in between.
 * @param {Pixels} pixels
 * @param {Display} display
 * @param {Shape} shape
 * @param {any} geometry
 * @returns {Generator<undefined, Statistics | null, undefined>}
 */
export function* statisticsInSteps(pixels, display, shape, geometry) {
  if (pixels.samples !== 1) return null;
  const sums = new Sums(pixels, display);
  let done = PIXELS_A_STEP;
  for (const [from, to, pace] of shape.columnRuns
    ? runsDown(shape.columnRuns(geometry), pixels)
    : runsAcross(shape, geometry, pixels)) {
    sums.add(from, to, pace);
    if (sums.inside < done) continue;
    done = sums.inside + PIXELS_A_STEP;
    yield;
  }
  const found = sums.result();
  return found && (display.modality_lut ? found : rescaled(found, display));
}

/** @typedef {[from: number, to: number, pace: number]} Run  places among the values */

/**
 * @param {Shape} shape
 * @param {any} geometry
 * @param {Pixels} pixels
 * @returns {Run[]}
 */
function runsAcross(shape, geometry, pixels) {
  /** @type {Run[]} */
  const found = [];
  const { columns } = pixels;
  eachRun(shape, geometry, pixels, (row, start, end) =>
    found.push([row * columns + start, row * columns + end, 1]),
  );
  return found;
}

/**
 * @param {readonly (readonly number[])[]} runs  of each column
 * @param {Pixels} pixels
 * @returns {Generator<Run>}
 */
function* runsDown(runs, { columns }) {
  for (let column = 0; column < runs.length; column += 1)
    for (let index = 0; index < runs[column].length; index += 2)
      yield [runs[column][index] * columns + column, runs[column][index + 1] * columns + column, columns];
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

class Sums {
  count = 0;
  inside = 0;
  #values;
  #convert;
  #padding;
  #least = Infinity;
  #most = -Infinity;
  // Sums of what differs from a first value: squares of large values would lose their last digits.
  #origin = NaN;
  #sum = 0;
  #squares = 0;

  /**
   * @param {Pixels} pixels
   * @param {Display} display
   */
  constructor({ values }, display) {
    this.#values = values;
    this.#padding = display.pixel_padding ?? [Infinity, -Infinity];
    this.#convert = display.modality_lut
      ? (/** @type {number} */ stored) => modalityValue(display, stored)
      : null;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {number} pace
   */
  add(from, to, pace) {
    const values = this.#values;
    const convert = this.#convert;
    const [low, high] = this.#padding;
    // Numbers that only this run knows: those that are kept are ten times slower to add to.
    let [found, some, squared, least, most, origin] = [0, 0, 0, this.#least, this.#most, this.#origin];
    for (let index = from; index < to; index += pace) {
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
    this.inside += (to - from) / pace;
    this.count += found;
    this.#sum += some;
    this.#squares += squared;
    [this.#least, this.#most, this.#origin] = [least, most, origin];
  }

  /** @returns {Statistics | null} */
  result() {
    const { count, inside } = this;
    if (!count) return null;
    const mean = this.#sum / count;
    const deviation = Math.sqrt(Math.max(0, this.#squares / count - mean * mean));
    return { count, inside, mean: this.#origin + mean, deviation, minimum: this.#least, maximum: this.#most };
  }
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
