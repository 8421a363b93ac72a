/** Window and level: right is wider, down is a higher level; Shift is finer. Steps grow with the window itself. */

import { draggableWindow } from "../image/windows.js";

/** @typedef {import('./pointer.js').Tool} Tool */

/** @returns {Tool} */
export function createWindowTool() {
  return {
    name: "window",
    cursor: () => "default",
    down({ viewport }, start) {
      const { voi } = viewport;
      if (!voi) return null;
      let last = start;
      let { center, width } = draggableWindow(voi);
      return {
        move(at, event) {
          const pace = event.shiftKey ? 0.25 : 1;
          center += ((at.y - last.y) * pace * width) / 400;
          width = Math.max(1e-3, width * Math.exp(((at.x - last.x) * pace) / 300));
          last = at;
          viewport.chooseWindow({ kind: "manual", center, width: keepsSense(width, voi) });
        },
      };
    },
  };
}

/**
 * A LINEAR window narrower than one value has no meaning (PS3.3 C.11.2.1.2).
 * @param {number} width
 * @param {import('../image/lut.js').Voi} voi
 */
function keepsSense(width, voi) {
  return voi.kind === "window" && voi.shape === "LINEAR_EXACT" ? width : Math.max(1, width);
}
