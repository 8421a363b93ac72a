/** A fast hand passes more places than the browser makes events. */

/** @typedef {import('../types.js').Point} Point */

/**
 * All places of an event, in CSS pixels of the pane.
 * @param {PointerEvent} event
 * @param {Point} at  of the event itself
 * @returns {Point[]}
 */
export function placesOf(event, at) {
  const all = event.getCoalescedEvents?.() ?? [];
  if (all.length < 2) return [at];
  const [dx, dy] = [at.x - event.clientX, at.y - event.clientY];
  return all.map(({ clientX, clientY }) => ({ x: clientX + dx, y: clientY + dy }));
}
