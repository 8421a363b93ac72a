/**
 * Pixels of 32 bits, whole or floating point, have too many values for a table: their greys are worked out pixel by
 * pixel for the window there is, and drawn as 8 bits. Pure functions.
 */

import { isShownInverse, modalityValue, voiGrey } from "./lut.js";

/** @typedef {import('../types.js').Instance} Instance */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('./lut.js').Voi} Voi */

/** @param {Pixels} pixels */
export const isWide = ({ values }) => values.BYTES_PER_ELEMENT === 4;

/**
 * Padding, and what is not a number, is black.
 * @param {Pixels} pixels
 * @param {Instance} instance
 * @param {Voi} voi
 * @param {boolean} isInverted  the reader's own inversion
 * @returns {Pixels}
 */
export function greyPixels({ values, ...size }, instance, voi, isInverted) {
  const { display } = instance;
  const isInverse = isShownInverse(instance) !== isInverted;
  const [low, high] = display.pixel_padding ?? [Infinity, -Infinity];
  const greys = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const stored = values[i];
    if ((stored >= low && stored <= high) || stored !== stored) continue;
    const grey = voiGrey(voi, modalityValue(display, stored));
    greys[i] = Math.round((isInverse ? 1 - grey : grey) * 255);
  }
  return { ...size, values: greys };
}

// Enough for a window: sorting every value of a large image would be felt.
const SAMPLES = 65536;

/**
 * @param {Pixels} pixels
 * @param {[number, number] | null} padding
 * @param {number} fraction  left out at either end; 0: exact
 * @returns {[number, number]}  stored values
 */
export function wideQuantiles({ values }, padding, fraction) {
  const [low, high] = padding ?? [Infinity, -Infinity];
  const step = fraction ? Math.max(1, Math.floor(values.length / SAMPLES)) : 1;
  const found = [];
  let [smallest, largest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += step) {
    const value = values[i];
    if ((value >= low && value <= high) || !Number.isFinite(value)) continue;
    if (fraction) found.push(value);
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (smallest > largest) return [0, 0];
  if (!fraction) return [smallest, largest];
  const sorted = Float64Array.from(found).sort();
  const left = Math.floor(sorted.length * fraction);
  return [sorted[left], sorted[sorted.length - 1 - left]];
}
