/** Where a pop-up goes so that it covers nothing of the mark that it is about. Pure functions. */

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */

// Beyond the handles, also the one that turns.
const GAP = 14;
const EDGE = 8;

/**
 * Right of the mark, left, below or above it, within the pane; where none of them has room, in the corner where it
 * covers least.
 * @param {Box} mark  CSS pixels of the pane
 * @param {Size} pane
 * @param {Size} popup
 * @returns {Point}
 */
export function placePopup(mark, pane, popup) {
  const [low, high] = [EDGE, { x: pane.width - popup.width - EDGE, y: pane.height - popup.height - EDGE }];
  const within = (/** @type {number} */ value, /** @type {number} */ most) =>
    Math.max(low, Math.min(value, most));
  const [x, y] = [within(mark.x, high.x), within(mark.y, high.y)];
  const beside = [
    { x: mark.x + mark.width + GAP, y },
    { x: mark.x - popup.width - GAP, y },
    { x, y: mark.y + mark.height + GAP },
    { x, y: mark.y - popup.height - GAP },
  ];
  const fits = beside.find((at) => at.x >= low && at.y >= low && at.x <= high.x && at.y <= high.y);
  if (fits) return fits;
  const corners = [
    { x: high.x, y: low },
    { x: low, y: low },
    { x: high.x, y: high.y },
    { x: low, y: high.y },
  ].map((at) => ({ x: Math.max(low, at.x), y: Math.max(low, at.y) }));
  corners.sort((one, other) => covered(one, popup, mark) - covered(other, popup, mark));
  return corners[0];
}

/**
 * @param {Point} at
 * @param {Size} popup
 * @param {Box} mark
 */
function covered(at, popup, mark) {
  const width = Math.min(at.x + popup.width, mark.x + mark.width) - Math.max(at.x, mark.x);
  const height = Math.min(at.y + popup.height, mark.y + mark.height) - Math.max(at.y, mark.y);
  return Math.max(0, width) * Math.max(0, height);
}
