/** Dragging up enlarges about the point where the drag began. */

/** @typedef {import('./pointer.js').Tool} Tool */

/** @returns {Tool} */
export function createZoomTool() {
  return {
    name: "zoom",
    cursor: () => "zoom-in",
    down({ viewport }, start) {
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
