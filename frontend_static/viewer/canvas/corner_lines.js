/** Which words the corners of a picture have room for: the least needed ones go first. Pure functions. */

/** @typedef {import('../types.js').Size} Size */

/**
 * One line of a corner. `need` 3: without it the picture may be misread; 2: of use; 1: also told elsewhere.
 * @typedef {{words: string, need: number}} Line
 */

/**
 * @param {Line[]} lines
 * @param {Size} room  width in the unit of `widthOf`, height in rows of text
 * @param {(words: string) => number} widthOf
 * @returns {string[]}
 */
export function linesThatFit(lines, { width, height }, widthOf) {
  const rowsOf = (/** @type {Line} */ { words }) => Math.max(1, Math.ceil(widthOf(words) / width));
  const kept = lines.filter((line) => line.words && (line.need > 1 || rowsOf(line) === 1));
  let rows = kept.reduce((sum, line) => sum + rowsOf(line), 0);
  while (rows > height && kept.length > 0) {
    const [least] = [...kept].reverse().sort((one, other) => one.need - other.need);
    kept.splice(kept.indexOf(least), 1);
    rows -= rowsOf(least);
  }
  return kept.map(({ words }) => words);
}

/** @param {string} words */
const plain = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * What is said once is not said again: "R CC" as the place's title, the view and the description.
 * @param {Line[]} lines
 * @param {string[]} said
 */
export function withoutRepeats(lines, said = []) {
  const known = new Set(said.map(plain));
  return lines.filter(({ words }) => {
    const isNew = !known.has(plain(words));
    known.add(plain(words));
    return isNew;
  });
}
