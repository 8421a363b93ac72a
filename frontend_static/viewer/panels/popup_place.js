/** Where a pop-up goes so that it covers nothing of the mark that it is about, nor of others. Pure functions. */

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */

// Beyond the handles, also the one that turns.
const GAP = 14;
const EDGE = 8;
// Between the places that are tried where none beside the mark is free.
const PACE = 24;

/**
 * Right of the mark, left, below or above it, within the pane and on no other mark; else the nearest free place; where
 * there is none, the one that covers least.
 * @param {Box} mark  CSS pixels of the pane
 * @param {Size} pane
 * @param {Size} popup
 * @param {Box[]} [others]  marks that it should not hide either
 * @returns {Point}
 */
export function placePopup(mark, pane, popup, others = []) {
  const most = {
    x: Math.max(EDGE, pane.width - popup.width - EDGE),
    y: Math.max(EDGE, pane.height - popup.height - EDGE),
  };
  const isInside = (/** @type {Point} */ { x, y }) => x >= EDGE && y >= EDGE && x <= most.x && y <= most.y;
  const hidden = (/** @type {Point} */ at) =>
    others.reduce((sum, other) => sum + covered(at, popup, other), 0) +
    // What is described comes first.
    covered(at, popup, mark) * 100;
  const beside = placesBeside(mark, popup, most).filter(isInside);
  const free = beside.find((at) => hidden(at) === 0);
  if (free) return free;
  return leastHiding([...beside, ...placesOn(mark, popup, most)], hidden);
}

/**
 * @param {Box} mark
 * @param {Size} popup
 * @param {Point} most
 * @returns {Point[]}
 */
function placesBeside(mark, popup, most) {
  const within = (/** @type {number} */ value, /** @type {number} */ last) =>
    Math.max(EDGE, Math.min(value, last));
  const [x, y] = [within(mark.x, most.x), within(mark.y, most.y)];
  const endX = within(mark.x + mark.width - popup.width, most.x);
  const endY = within(mark.y + mark.height - popup.height, most.y);
  const [right, left] = [mark.x + mark.width + GAP, mark.x - popup.width - GAP];
  const [below, above] = [mark.y + mark.height + GAP, mark.y - popup.height - GAP];
  return [
    { x: right, y },
    { x: left, y },
    { x, y: below },
    { x, y: above },
    { x: right, y: endY },
    { x: left, y: endY },
    { x: endX, y: below },
    { x: endX, y: above },
  ];
}

/**
 * All over the pane, the nearest to the mark first.
 * @param {Box} mark
 * @param {Size} popup
 * @param {Point} most
 * @returns {Point[]}
 */
function placesOn(mark, popup, most) {
  /** @type {Point[]} */
  const places = [];
  for (let y = EDGE; ; y = Math.min(most.y, y + PACE)) {
    for (let x = EDGE; ; x = Math.min(most.x, x + PACE)) {
      places.push({ x, y });
      if (x >= most.x) break;
    }
    if (y >= most.y) break;
  }
  const [centreX, centreY] = [
    mark.x + (mark.width - popup.width) / 2,
    mark.y + (mark.height - popup.height) / 2,
  ];
  const distance = (/** @type {Point} */ { x, y }) => Math.hypot(x - centreX, y - centreY);
  return places.sort((one, other) => distance(one) - distance(other));
}

/**
 * @param {Point[]} places
 * @param {(at: Point) => number} hidden
 * @returns {Point}
 */
function leastHiding(places, hidden) {
  let [best, least] = [places[0], Infinity];
  for (const at of places) {
    const area = hidden(at);
    if (area < least) [best, least] = [at, area];
    if (least === 0) break;
  }
  return best;
}

/**
 * @param {Point} at
 * @param {Size} popup
 * @param {Box} mark
 */
function covered(at, popup, mark) {
  // Points and lines have no area, and are hidden all the same.
  const width = Math.min(at.x + popup.width, mark.x + mark.width + 4) - Math.max(at.x, mark.x - 4);
  const height = Math.min(at.y + popup.height, mark.y + mark.height + 4) - Math.max(at.y, mark.y - 4);
  return Math.max(0, width) * Math.max(0, height);
}
