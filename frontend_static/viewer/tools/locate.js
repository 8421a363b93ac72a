/** Shows the place under the pointer in the other panes, and takes them to its slice. */

/** @typedef {import('./pointer.js').Tool} Tool */

/** @returns {Tool} */
export function createLocateTool() {
  return {
    name: "locate",
    cursor: () => "crosshair",
    down({ screen, pane }, at) {
      screen.guides?.locate(pane, at);
      return { move: (to) => void screen.guides?.locate(pane, to) };
    },
  };
}
