/** Where the marks of a lesion lie, in few words. */

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../store/places.js').Places} Places */
/** @typedef {import('../store/places.js').Place} Place */

/**
 * @param {Place} place
 * @returns {string}  "RMLO", or "" where the image names no view
 */
function viewOf({ ref: { instance } }) {
  const { laterality, view_position: position } = instance.display;
  return position ? `${laterality}${position}` : "";
}

/**
 * @param {Read} read
 * @param {Place} place
 */
export function placeInWords(read, place) {
  const number = place.series.number ?? place.seriesIndex + 1;
  const prefix = read.series.length > 1 ? `series ${number}, ` : "";
  return viewOf(place) || `${prefix}image ${place.ref.index + 1}`;
}

/**
 * "RCC + RMLO", "3 slices (images 4–6)", "image 7, prior: image 9".
 * @param {Read} read
 * @param {Places} places
 * @param {Mark[]} marks
 */
export function placesInWords(read, places, marks) {
  const known = marks.flatMap((mark) => places.of(mark) ?? []);
  if (!known.length) return "image not in this case";
  const isPrior = (/** @type {Place} */ { series }) => read.studies?.[series.study ?? 0]?.is_prior ?? false;
  const current = groupInWords(
    read,
    known.filter((place) => !isPrior(place)),
  );
  const prior = groupInWords(read, known.filter(isPrior));
  return [current, prior && `prior: ${prior}`].filter(Boolean).join(", ");
}

/**
 * @param {Read} read
 * @param {Place[]} places
 */
function groupInWords(read, places) {
  if (places.length < 2) return places.map((place) => placeInWords(read, place)).join();
  const views = [...new Set(places.map(viewOf).filter(Boolean))];
  const series = [...new Set(places.filter((place) => !viewOf(place)).map((place) => place.series))];
  const slices = series.map((each) =>
    slicesInWords(
      read,
      places.filter((place) => place.series === each),
    ),
  );
  return [...views, ...slices].join(" + ");
}

/**
 * @param {Read} read
 * @param {Place[]} places  of one series
 */
function slicesInWords(read, places) {
  const numbers = [...new Set(places.map(({ ref }) => ref.index + 1))];
  if (numbers.length === 1) return placeInWords(read, places[0]);
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  return `${numbers.length} slices (images ${first}–${last})`;
}
