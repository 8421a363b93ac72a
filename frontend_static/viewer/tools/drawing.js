/** What the tools that draw have in common. */

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./pointer.js').Workplace} Workplace */

/** Smaller on the screen than this, what was drawn is a slip of the hand. */
export const SMALLEST = 3;

/**
 * The picture that can be drawn on here; null where none can.
 * @param {Workplace} work
 * @returns {FrameRef | null}
 */
export function drawingGround({ store, viewport, marks }) {
  const ref = viewport.shown;
  const isClosed = marks.areHidden || store.isReadOnly || store.currentLabel === null;
  return ref && !isClosed && !ref.instance.is_resliced ? ref : null;
}

/**
 * @param {Point} start
 * @param {Point} end
 * @param {boolean} isClosed  it needs both a width and a height
 */
export function isLargeEnough(start, end, isClosed) {
  const [dx, dy] = [Math.abs(end.x - start.x), Math.abs(end.y - start.y)];
  return isClosed ? dx >= SMALLEST && dy >= SMALLEST : Math.hypot(dx, dy) >= SMALLEST;
}
