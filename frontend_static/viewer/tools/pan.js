/** Drags the picture about. */

/** @typedef {import('./pointer.js').Tool} Tool */

/** @returns {Tool} */
export function createPanTool() {
  return {
    name: "pan",
    cursor: () => "grab",
    down({ viewport }, start) {
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
