/** Drags the picture about. */

/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

/**
 * @param {Workplace} work
 * @returns {Tool}
 */
export function createPanTool({ viewport }) {
  return {
    name: "pan",
    cursor: () => "grab",
    down(start) {
      let last = start;
      return {
        move(at) {
          viewport.pan(at.x - last.x, at.y - last.y);
          last = at;
        },
      };
    },
  };
}
