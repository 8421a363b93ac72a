/** Sizes in words. Millimetres only where the file gives a spacing, and always with its source. */

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Spacing} Spacing */

/** @param {number} value */
const short = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/**
 * @param {Box} box
 * @param {Spacing | null} spacing
 */
export function sizeInWords(box, spacing) {
  if (!spacing) return `${short(box.width)} × ${short(box.height)} px`;
  return `${short(box.width * spacing.column_mm)} × ${short(box.height * spacing.row_mm)} mm`;
}

/** @param {Spacing | null} spacing */
export function spacingInWords(spacing) {
  return spacing ? `mm by ${spacing.source}` : "no spacing: sizes in px";
}
