/** Fingers: one is the tool in hand; two zoom and pan; three go through the images. */

/** @typedef {import('../types.js').Point} Point */

const STEP_PX = 24;

/**
 * Sees the fingers before the tools do, and takes them from the tool as soon as there are two.
 * @param {import('../canvas/pane.js').Pane} pane
 * @param {() => void} cancelTool
 */
export function routeTouch({ host, viewport }, cancelTool) {
  /** @type {Map<number, Point>} */
  const fingers = new Map();
  let travelled = 0;
  // A gesture lasts until the last finger is lifted: the one that stays does not begin to draw.
  let isGesture = false;

  /** @param {PointerEvent} event */
  const pointOf = (event) => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.pointerType !== "touch") return;
    fingers.set(event.pointerId, pointOf(event));
    if (fingers.size < 2) return;
    if (!isGesture) cancelTool();
    isGesture = true;
    travelled = 0;
    host.setPointerCapture(event.pointerId);
    event.stopImmediatePropagation();
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!fingers.has(event.pointerId)) return;
    const before = spread(fingers);
    fingers.set(event.pointerId, pointOf(event));
    if (!isGesture) return;
    event.stopImmediatePropagation();
    const now = spread(fingers);
    if (fingers.size === 2) {
      viewport.pan(now.middle.x - before.middle.x, now.middle.y - before.middle.y);
      if (before.size > 0) viewport.zoomBy(now.size / before.size, now.middle);
    } else if (fingers.size === 3) {
      travelled += now.middle.y - before.middle.y;
      const steps = Math.trunc(travelled / STEP_PX);
      travelled -= steps * STEP_PX;
      if (steps) viewport.step(steps);
    }
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!fingers.delete(event.pointerId) || !isGesture) return;
    event.stopImmediatePropagation();
    isGesture = fingers.size > 0;
  }

  host.addEventListener("pointerdown", down, { capture: true });
  host.addEventListener("pointermove", move, { capture: true });
  host.addEventListener("pointerup", up, { capture: true });
  host.addEventListener("pointercancel", up, { capture: true });
}

/** @param {Map<number, Point>} fingers */
function spread(fingers) {
  const points = [...fingers.values()];
  const middle = {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
  return { middle, size: Math.hypot(points[0].x - middle.x, points[0].y - middle.y) };
}
