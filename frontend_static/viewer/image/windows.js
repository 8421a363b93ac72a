/** Which windows an image offers: those of the file, the presets for CT, and two made from its values. */

import { modalityValue } from "./lut.js";
import { isWide, wideQuantiles } from "./wide.js";

/** @typedef {import('../types.js').Instance} Instance */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('./lut.js').Voi} Voi */

/**
 * What the reader chose. It is kept for the series and worked out for each image.
 * @typedef {{kind: "file", index: number}} FileChoice
 * @typedef {{kind: "preset", index: number}} PresetChoice
 * @typedef {{kind: "range"} | {kind: "auto"}} ValueChoice
 * @typedef {{kind: "manual", center: number, width: number}} ManualChoice
 * @typedef {FileChoice | PresetChoice | ValueChoice | ManualChoice} Choice
 * @typedef {{choice: Choice, name: string}} Offer
 */

export const CT_PRESETS = [
  { name: "Lung", width: 1500, center: -600 },
  { name: "Soft tissue", width: 400, center: 40 },
  { name: "Mediastinum", width: 350, center: 50 },
  { name: "Liver", width: 150, center: 90 },
  { name: "Bone", width: 2500, center: 480 },
  { name: "Brain", width: 80, center: 40 },
];

/**
 * The numbers of the presets are Hounsfield units, so they are offered for nothing else.
 * @param {string} modality
 * @param {Instance} instance
 */
function hasHounsfieldUnits(modality, instance) {
  return modality === "CT" && ["", "HU"].includes(instance.display.rescale_type);
}

/**
 * The presets come first, so that a key means one of them whatever the file brings. VOI tables come before windows, as
 * most viewers prefer them where a file has both.
 * @param {string} modality
 * @param {Instance} instance
 * @returns {Offer[]}
 */
export function offeredWindows(modality, instance) {
  if (instance.samples_per_pixel === 3) return [];
  const { voi_luts: luts, windows } = instance.display;
  const names = [
    ...luts.map((lut, index) => lut.name || `Table ${index + 1}`),
    ...windows.map((window, index) => window.name || `Window ${index + 1}`),
  ];
  /** @type {Offer[]} */
  const offers = hasHounsfieldUnits(modality, instance)
    ? CT_PRESETS.map(({ name }, index) => ({ choice: { kind: "preset", index }, name }))
    : [];
  names.forEach((name, index) => offers.push({ choice: { kind: "file", index }, name }));
  offers.push({ choice: { kind: "auto" }, name: "Automatic" });
  offers.push({ choice: { kind: "range" }, name: "Full range" });
  return offers;
}

/**
 * @param {Instance} instance
 * @returns {Choice}
 */
export function firstChoice({ display }) {
  return display.voi_luts.length + display.windows.length > 0 ? { kind: "file", index: 0 } : { kind: "auto" };
}

/**
 * @param {Choice} choice
 * @param {Instance} instance
 * @param {Pixels} pixels
 * @returns {Voi}
 */
export function resolveVoi(choice, instance, pixels) {
  const { voi_luts: luts, windows, voi_function: shape } = instance.display;
  switch (choice.kind) {
    case "file": {
      if (choice.index < luts.length) return { kind: "lut", lut: luts[choice.index] };
      const window = windows[choice.index - luts.length];
      if (window) return { kind: "window", center: window.center, width: window.width, shape };
      return valueWindow(instance, pixels, 0.005);
    }
    case "preset": {
      const { center, width } = CT_PRESETS[choice.index];
      return { kind: "window", center, width, shape: "LINEAR" };
    }
    case "manual":
      return { kind: "window", center: choice.center, width: choice.width, shape };
    case "auto":
      return valueWindow(instance, pixels, 0.005);
    case "range":
      return valueWindow(instance, pixels, 0);
  }
}

/**
 * The window that just holds the image's values, leaving out a fraction at either end and the padding.
 * @param {Instance} instance
 * @param {Pixels} pixels
 * @param {number} fraction
 * @returns {Voi}
 */
function valueWindow(instance, pixels, fraction) {
  const ends = quantiles(pixels, instance.display.pixel_padding, fraction);
  const [one, other] = ends.map((stored) => modalityValue(instance.display, stored));
  const least = isWide(pixels) ? 1e-30 : 1e-3;
  const width = Math.max(Math.abs(other - one), least);
  return { kind: "window", center: (one + other) / 2, width, shape: "LINEAR_EXACT" };
}

/** Counting a film takes as long as drawing it, and its window is asked for at every step. @type {WeakMap<Pixels, Map<number, [number, number]>>} */
const counted = new WeakMap();

/**
 * @param {Pixels} pixels
 * @param {[number, number] | null} padding
 * @param {number} fraction
 * @returns {[number, number]}  stored values
 */
function quantiles(pixels, padding, fraction) {
  const known = counted.get(pixels) ?? new Map();
  counted.set(pixels, known);
  const count = isWide(pixels) ? wideQuantiles : countedQuantiles;
  if (!known.has(fraction)) known.set(fraction, count(pixels, padding, fraction));
  return known.get(fraction);
}

/**
 * @param {Pixels} pixels
 * @param {[number, number] | null} padding
 * @param {number} fraction
 * @returns {[number, number]}
 */
function countedQuantiles({ values }, padding, fraction) {
  const offset = 32768;
  const counts = new Uint32Array(offset + 65536);
  for (let i = 0; i < values.length; i += 1) counts[values[i] + offset] += 1;
  if (padding) counts.fill(0, Math.max(0, padding[0] + offset), padding[1] + offset + 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [values[0], values[0]];
  const reach = (/** @type {number} */ goal) => {
    let sum = 0;
    return counts.findIndex((count) => (sum += count) > goal) - offset;
  };
  return [reach(total * fraction), reach(Math.ceil(total * (1 - fraction)) - 1)];
}

/**
 * A plain window that can be dragged, near to what is shown now.
 * @param {Voi} voi
 * @returns {{center: number, width: number}}
 */
export function draggableWindow(voi) {
  if (voi.kind === "window") return { center: voi.center, width: voi.width };
  const { first, values } = voi.lut;
  return { center: first + values.length / 2, width: values.length };
}

/** @param {Voi} voi */
export function voiInWords(voi) {
  if (voi.kind === "lut") return voi.lut.name || "VOI LUT";
  const digits = Math.abs(voi.width) < 10 ? 2 : 0;
  return `W ${voi.width.toFixed(digits)} L ${voi.center.toFixed(digits)}`;
}
