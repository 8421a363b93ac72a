/** The letters at the image's edges, from the file's orientation and from how the picture is turned. */

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

/** @type {Record<string, string>} */
const OPPOSITES = { L: "R", R: "L", P: "A", A: "P", H: "F", F: "H" };

/**
 * Where the rows and the columns of a picture lead to, in letters: from ImageOrientationPatient, or from
 * PatientOrientation, which projection images have (PS3.3 C.7.6.1.1.1).
 * @param {{orientation: number[] | null, patient_orientation?: string[] | null}} display
 * @returns {[string, string] | null}
 */
function directions({ orientation, patient_orientation: written }) {
  if (orientation?.length === 6) return [letters(orientation.slice(0, 3)), letters(orientation.slice(3))];
  const isUnderstood = written?.length === 2 && written.every((word) => /^[LRPAHF]{1,3}$/.test(word));
  return isUnderstood ? [written[0], written[1]] : null;
}

/** @param {string} word */
const opposite = (word) => [...word].map((letter) => OPPOSITES[letter]).join("");

/**
 * @param {{orientation: number[] | null, patient_orientation?: string[] | null}} display
 * @param {ViewState} view
 * @returns {EdgeLetters | null}
 */
export function edgeLetters(display, view) {
  const leads = directions(display);
  if (!leads) return null;
  const [alongRow, alongColumn] = leads;
  // Clockwise from the top; a quarter turn moves each letter one place on.
  const edges = [opposite(alongColumn), alongRow, alongColumn, opposite(alongRow)];
  const turned = edges.map((_, index) => edges[(index - view.quarterTurns + 4) % 4]);
  if (view.isFlippedH) [turned[1], turned[3]] = [turned[3], turned[1]];
  if (view.isFlippedV) [turned[0], turned[2]] = [turned[2], turned[0]];
  const [top, right, bottom, left] = turned;
  return { top, right, bottom, left };
}
