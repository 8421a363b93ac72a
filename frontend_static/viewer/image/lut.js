/**
 * From stored values to grey: modality, VOI and presentation steps of PS3.3 C.11 as one table of 65,536
 * entries, indexed by the 16 bits of the stored value. Both back-ends draw through this table. Pure functions.
 */

/** @typedef {import('../types.js').Display} Display */
/** @typedef {import('../types.js').Instance} Instance */
/** @typedef {import('../types.js').VoiFunction} VoiFunction */
/** @typedef {import('../types.js').VoiLut} VoiLut */

/**
 * How values of interest are chosen: a window, or a table of the file.
 * @typedef {{kind: "window", center: number, width: number, shape: VoiFunction}} WindowVoi
 * @typedef {{kind: "lut", lut: VoiLut}} LutVoi
 * @typedef {WindowVoi | LutVoi} Voi
 */

/**
 * @param {Display} display
 * @param {number} stored
 */
export function modalityValue(display, stored) {
  const lut = display.modality_lut;
  if (!lut) return stored * display.rescale_slope + display.rescale_intercept;
  return lut.values[Math.min(lut.values.length - 1, Math.max(0, stored - lut.first))];
}

/**
 * Grey from 0 to 1 for a modality value under a window, PS3.3 C.11.2.1.2 and C.11.2.1.3.
 * @param {WindowVoi} voi
 * @param {number} value
 */
export function windowed({ center, width, shape }, value) {
  if (shape === "SIGMOID") return 1 / (1 + Math.exp((-4 * (value - center)) / width));
  // LINEAR counts the width in steps between integer values: half a value lower, one value narrower.
  const middle = shape === "LINEAR" ? center - 0.5 : center;
  const span = shape === "LINEAR" ? width - 1 : width;
  if (value <= middle - span / 2) return 0;
  if (value > middle + span / 2) return 1;
  return (value - middle) / span + 0.5;
}

/**
 * @param {VoiLut} lut
 * @param {number} value
 */
function lookedUp(lut, value) {
  const index = Math.min(lut.values.length - 1, Math.max(0, Math.round(value) - lut.first));
  return lut.values[index] / (2 ** lut.bits - 1);
}

/**
 * @param {Voi} voi
 * @param {number} value  in modality units
 * @returns {number}  0 to 1
 */
export function voiGrey(voi, value) {
  return Math.min(1, Math.max(0, voi.kind === "lut" ? lookedUp(voi.lut, value) : windowed(voi, value)));
}

/**
 * MONOCHROME1 and the INVERSE presentation shape say the same thing (PS3.3 C.8.11.3), so they do not cancel out.
 * @param {Instance} instance
 */
export function isShownInverse(instance) {
  return (
    instance.photometric_interpretation === "MONOCHROME1" ||
    instance.display.presentation_lut_shape === "INVERSE"
  );
}

const STEP = 4096;

/**
 * The stored values that a table must hold: those the instance has, in whole steps, so that its neighbours in a stack
 * share it. All 65,536 cost ten times as much as a CT needs.
 * @param {Instance} instance
 * @returns {[number, number]}
 */
export function tableRange({ is_signed: isSigned, display: { range } }) {
  const [lowest, highest] = isSigned ? [-32768, 32767] : [0, 65535];
  if (!range) return [lowest, highest];
  const low = Math.floor(range[0] / STEP) * STEP;
  const high = (Math.floor(range[1] / STEP) + 1) * STEP - 1;
  return [Math.max(lowest, low), Math.min(highest, high)];
}

/**
 * @param {Instance} instance
 * @param {Voi} voi
 * @param {boolean} isInverted  the reader's own inversion
 * @returns {Uint8Array}
 */
export function greyTable(instance, voi, isInverted) {
  const table = new Uint8Array(65536);
  const { display } = instance;
  const isInverse = isShownInverse(instance) !== isInverted;
  const [low, high] = tableRange(instance);
  for (let stored = low; stored <= high; stored += 1) {
    const grey = voiGrey(voi, modalityValue(display, stored));
    table[stored & 0xffff] = Math.round((isInverse ? 1 - grey : grey) * 255);
  }
  blackenPadding(table, display.pixel_padding);
  return table;
}

/**
 * Padding is no part of the picture; inverted, it would be a bright frame around it.
 * @param {Uint8Array} table
 * @param {[number, number] | null} padding
 */
function blackenPadding(table, padding) {
  if (!padding) return;
  const [low, high] = padding;
  for (let value = Math.max(low, -32768); value <= Math.min(high, 65535); value += 1)
    table[value & 0xffff] = 0;
}

/**
 * Colour images have no window; the table only carries the inversion.
 * @param {boolean} isInverted
 * @returns {Uint8Array}
 */
export function colourTable(isInverted) {
  return Uint8Array.from({ length: 65536 }, (_, index) => (isInverted ? 255 - (index & 255) : index & 255));
}
