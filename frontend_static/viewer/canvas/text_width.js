/** How wide words are, without a layout of the page. */

// Values under the pointer make ever new words.
const MOST_KNOWN = 2000;

/** @type {OffscreenCanvasRenderingContext2D | null} */
let pen = null;

/**
 * @param {string} font  as in CSS
 * @returns {(words: string) => number}  CSS pixels
 */
export function widthIn(font) {
  /** @type {Map<string, number>} */
  const known = new Map();
  return (words) => {
    const before = known.get(words);
    if (before !== undefined) return before;
    pen ??= new OffscreenCanvas(1, 1).getContext("2d");
    if (!pen) return words.length * 8;
    pen.font = font;
    const { width } = pen.measureText(words);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(words, width);
    return width;
  };
}
