/** Physical size on the screen: millimetres per CSS pixel, the zoom that gives it, and the scale bar. Pure. */

/** @typedef {import('../types.js').Spacing} Spacing */
/** @typedef {{length: number, unit: "mm" | "px", pixels: number, words: string}} ScaleBar */

/**
 * At zoom 1 the smaller side of an image pixel covers one CSS pixel.
 * @param {Spacing} spacing
 */
const unitOf = ({ row_mm: row, column_mm: column }) => Math.min(row, column);

/**
 * @param {Spacing} spacing
 * @param {number} zoom
 */
export const mmPerPixel = (spacing, zoom) => unitOf(spacing) / zoom;

/**
 * The zoom at which a picture has so many mm on a CSS pixel.
 * @param {Spacing} spacing
 * @param {number} mm
 */
export const zoomForScale = (spacing, mm) => unitOf(spacing) / mm;

/**
 * The longest length of 1, 2 or 5 times a power of ten that fits; pixels of the image where there is no spacing.
 * @param {Spacing | null} spacing
 * @param {number} zoom
 * @param {number} most  CSS pixels
 * @returns {ScaleBar}
 */
export function scaleBar(spacing, zoom, most) {
  const perPixel = spacing ? mmPerPixel(spacing, zoom) : 1 / zoom;
  const room = most * perPixel;
  const power = 10 ** Math.floor(Math.log10(room));
  const factor = [5, 2, 1].find((each) => each * power <= room * (1 + 1e-9)) ?? 1;
  // Written out, 2 * 10 ** -1 is 0.2; multiplied, it may be 0.2000…1.
  const length = Number((factor * power).toPrecision(1));
  const unit = spacing ? "mm" : "px";
  return { length, unit, pixels: length / perPixel, words: inWords(length, unit) };
}

/**
 * @param {number} length
 * @param {"mm" | "px"} unit
 */
function inWords(length, unit) {
  return unit === "mm" && length >= 10 ? `${length / 10} cm` : `${length} ${unit}`;
}
