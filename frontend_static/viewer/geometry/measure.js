/** Lengths, areas and angles. Millimetres only where the file gives a spacing, and always with its source. */

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */
/** @typedef {import('../types.js').Spacing} Spacing */
/** @typedef {import('../types.js').Display} Display */
/** @typedef {import('../types.js').Measure} Measure */

/** @param {number} value */
export const short = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1));

/** @param {Spacing | null} spacing */
export const unitOf = (spacing) => (spacing ? "mm" : "px");

/**
 * @param {Spacing | null} spacing
 * @returns {Size}
 */
export const unitsOf = (spacing) => ({ width: spacing?.column_mm ?? 1, height: spacing?.row_mm ?? 1 });

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Size} pixel  the size of one pixel in the unit that is asked for
 */
export function lengthBetween(a, b, pixel) {
  return Math.hypot((b.x - a.x) * pixel.width, (b.y - a.y) * pixel.height);
}

/**
 * @param {Point} a
 * @param {Point} vertex
 * @param {Point} b
 * @param {Size} pixel
 * @returns {number}  degrees, 0 to 180
 */
export function angleAt(a, vertex, b, pixel) {
  const [ax, ay] = [(a.x - vertex.x) * pixel.width, (a.y - vertex.y) * pixel.height];
  const [bx, by] = [(b.x - vertex.x) * pixel.width, (b.y - vertex.y) * pixel.height];
  return (Math.atan2(Math.abs(ax * by - ay * bx), ax * bx + ay * by) * 180) / Math.PI;
}

/**
 * @param {number} squarePixels
 * @param {Spacing | null} spacing
 * @returns {Measure}
 */
export function areaMeasure(squarePixels, spacing) {
  const { width, height } = unitsOf(spacing);
  return { name: "Area", value: squarePixels * width * height, unit: `${unitOf(spacing)}²` };
}

/**
 * The spacing that holds for a mark: of the ultrasound region that holds all of it, else of the image. Where there
 * are regions but none holds it, nothing is known.
 * @param {Display} display
 * @param {Box} bounds
 * @returns {Spacing | null}
 */
export function spacingFor({ spacing, regions }, bounds) {
  if (!regions?.length) return spacing && spacing.row_mm > 0 && spacing.column_mm > 0 ? spacing : null;
  const region = regions.find(
    ({ x0, y0, x1, y1 }) =>
      bounds.x >= x0 && bounds.y >= y0 && bounds.x + bounds.width <= x1 && bounds.y + bounds.height <= y1,
  );
  if (!region || !(region.row_mm > 0 && region.column_mm > 0)) return null;
  return { row_mm: region.row_mm, column_mm: region.column_mm, source: "SequenceOfUltrasoundRegions" };
}

/**
 * @param {Spacing | null} spacing
 * @param {Display["regions"]} [regions]  of ultrasound: what lies in none of them has no size, see spacingFor
 */
export function spacingInWords(spacing, regions = []) {
  if (regions.length) return "mm by SequenceOfUltrasoundRegions, px outside";
  return spacing ? `mm by ${spacing.source}` : "no spacing: sizes in px";
}

/**
 * What measures were taken with. An angle needs no millimetres: only where pixels are not square, what says so.
 * @param {Measure[]} measures
 * @param {Spacing | null} spacing
 * @param {Size} pixel  the shape of one, where there is no spacing
 */
export function sourceInWords(measures, spacing, pixel) {
  if (!measures.length) return "";
  if (measures.some(({ unit }) => unit !== "°")) return spacingInWords(spacing);
  const { width, height } = spacing ? unitsOf(spacing) : pixel;
  if (Math.abs(width / height - 1) < 1e-3) return "";
  return `pixel aspect by ${spacing?.source ?? "PixelAspectRatio"}`;
}

/** @param {Measure} measure */
const isLength = ({ unit }) => unit === "mm" || unit === "px";

/**
 * The size of a mark in few words: its lengths, `12.3 × 8.1 mm`, or else what it has first, its area or angle.
 * @param {Measure[]} measures
 */
export function sizeInWords(measures) {
  if (!measures.length) return "";
  const told = isLength(measures[0]) ? measures.filter(isLength) : measures.slice(0, 1);
  return measureInWords(told.map(({ value }) => short(value)).join(" × "), told[0].unit);
}

/**
 * @param {string} value
 * @param {string} unit
 */
export const measureInWords = (value, unit) => (unit === "°" ? `${value}°` : `${value} ${unit}`);
