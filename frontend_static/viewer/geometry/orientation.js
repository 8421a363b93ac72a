/** The letters at the image's edges, from ImageOrientationPatient and from how the picture is turned. */

/** @typedef {import('./transform.js').ViewState} ViewState */
/** @typedef {{top: string, right: string, bottom: string, left: string}} EdgeLetters */

const AXES = [
  ["L", "R"],
  ["P", "A"],
  ["H", "F"],
];

/**
 * @param {number[]} direction  in the patient's coordinates
 * @returns {string}
 */
function letters(direction) {
  return direction
    .map((part, axis) => ({ size: Math.abs(part), letter: AXES[axis][part > 0 ? 0 : 1] }))
    .filter(({ size }) => size > 0.3)
    .sort((one, other) => other.size - one.size)
    .map(({ letter }) => letter)
    .slice(0, 2)
    .join("");
}

/**
 * @param {number[] | null} orientation  six direction cosines: along a row, along a column
 * @param {ViewState} view
 * @returns {EdgeLetters | null}
 */
export function edgeLetters(orientation, view) {
  if (orientation?.length !== 6) return null;
  const opposite = (/** @type {number[]} */ direction) => direction.map((part) => -part);
  const alongRow = orientation.slice(0, 3);
  const alongColumn = orientation.slice(3);
  // Clockwise from the top; a quarter turn moves each letter one place on.
  const edges = [opposite(alongColumn), alongRow, alongColumn, opposite(alongRow)].map(letters);
  const turned = edges.map((_, index) => edges[(index - view.quarterTurns + 4) % 4]);
  if (view.isFlippedH) [turned[1], turned[3]] = [turned[3], turned[1]];
  if (view.isFlippedV) [turned[0], turned[2]] = [turned[2], turned[0]];
  const [top, right, bottom, left] = turned;
  return { top, right, bottom, left };
}
