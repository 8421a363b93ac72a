/** Routes the mouse: left to the active tool, middle to pan, right to window/level, wheel to scroll or zoom. */

/** @typedef {import('../types.js').Point} Point */

/**
 * What a tool works on.
 * @typedef {object} Workplace
 * @property {import('../store/read_store.js').ReadStore} store
 * @property {import('../canvas/viewport.js').Viewport} viewport
 * @property {import('../canvas/overlay.js').Overlay} overlay
 */

/**
 * A drag under way. Points are CSS pixels of the viewport.
 * @typedef {object} Drag
 * @property {(at: Point, event: PointerEvent) => void} move
 * @property {() => void} [up]
 * @property {() => void} [cancel]
 */

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {(at: Point) => string} cursor
 * @property {(at: Point, event: PointerEvent) => Drag | null} down
 */

// A notch of a mouse wheel is about 100; a touchpad sends many small ones.
const WHEEL_NOTCH = 50;

/**
 * @param {HTMLElement} host
 * @param {Workplace} work
 * @param {{left: () => Tool, middle: Tool, right: Tool}} tools
 * @param {(at: Point | null) => void} onHover
 */
export function routePointer(host, { viewport }, tools, onHover) {
  /** @type {{drag: Drag, pointerId: number} | null} */
  let current = null;
  let wheel = 0;

  /** @param {MouseEvent} event */
  const pointOf = (event) => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  /** @param {() => void} [ending] */
  const finish = (ending) => {
    current = null;
    ending?.();
  };

  host.addEventListener("pointerdown", (event) => {
    if (current || (event.target instanceof Element && event.target.closest("button, .popup"))) return;
    host.focus({ preventScroll: true });
    event.preventDefault();
    const tool = [tools.left(), tools.middle, tools.right][event.button];
    const drag = tool?.down(pointOf(event), event);
    if (!drag) return;
    host.setPointerCapture(event.pointerId);
    current = { drag, pointerId: event.pointerId };
  });
  host.addEventListener("pointermove", (event) => {
    const at = pointOf(event);
    if (current?.pointerId === event.pointerId) current.drag.move(at, event);
    else host.style.cursor = tools.left().cursor(at);
    onHover(at);
  });
  host.addEventListener("pointerup", (event) => {
    if (current?.pointerId === event.pointerId) finish(current.drag.up);
  });
  host.addEventListener("pointercancel", () => finish(current?.drag.cancel));
  host.addEventListener("pointerleave", () => onHover(null));
  host.addEventListener("contextmenu", (event) => event.preventDefault());
  host.addEventListener("dblclick", (event) => {
    if (!(event.target instanceof Element && event.target.closest("button, .popup"))) viewport.fit();
  });
  host.addEventListener(
    "wheel",
    (event) => {
      if (event.target instanceof Element && event.target.closest(".popup")) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        viewport.zoomBy(Math.exp(-event.deltaY / 300), pointOf(event));
        return;
      }
      const delta =
        event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * WHEEL_NOTCH;
      wheel = Math.sign(delta) === Math.sign(wheel) ? wheel + delta : delta;
      const steps = Math.trunc(wheel / WHEEL_NOTCH);
      if (steps === 0) return;
      wheel = 0;
      viewport.step(Math.sign(steps));
    },
    { passive: false },
  );

  return {
    get isBusy() {
      return current !== null;
    },
    cancel: () => finish(current?.drag.cancel),
  };
}
