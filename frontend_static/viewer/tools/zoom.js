/** Dragging up enlarges about the point where the drag began. */

/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

/**
 * @param {Workplace} work
 * @returns {Tool}
 */
export function createZoomTool({ viewport }) {
  return {
    name: "zoom",
    cursor: () => "zoom-in",
    down(start) {
      let last = start;
      return {
        move(at) {
          viewport.zoomBy(Math.exp((last.y - at.y) / 200), start);
          last = at;
        },
      };
    },
  };
}
