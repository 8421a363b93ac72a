/** Routes the mouse: left to the active tool, middle to pan, right to window/level, wheel to scroll or zoom. */

/** @typedef {import('../types.js').Point} Point */

/**
 * What a tool works on: one pane.
 * @typedef {object} Workplace
 * @property {import('../store/read_store.js').ReadStore} store
 * @property {import('../store/mark_view.js').MarkView} marks
 * @property {import('../canvas/screen.js').Screen} screen
 * @property {import('../canvas/pane.js').Pane} pane
 * @property {import('../canvas/viewport.js').Viewport} viewport
 * @property {import('../canvas/overlay.js').Overlay} overlay
 */

/**
 * A drag under way. Points are CSS pixels of the pane.
 * @typedef {object} Drag
 * @property {(at: Point, event: PointerEvent) => void} move
 * @property {(at: Point, event: PointerEvent) => void} [up]
 * @property {() => void} [cancel]
 */

/**
 * Tools are made once and get the pane at each call. One that draws by several clicks says that it is drawing.
 * @typedef {object} Tool
 * @property {string} name
 * @property {(work: Workplace, at: Point) => string} cursor
 * @property {(work: Workplace, at: Point, event: PointerEvent) => Drag | null} down
 * @property {(work: Workplace, at: Point | null, event?: PointerEvent) => void} [hover]
 * @property {() => boolean} [isDrawing]
 * @property {() => boolean} [ownsDoubleClick]  a double click has just ended a drawing, and means nothing else
 * @property {() => void} [finish]
 * @property {() => void} [cancel]
 * @property {() => void} [takeBack]  the last point
 * @property {(work: Workplace, steps: number) => void} [resize]  make it larger, or smaller by steps below 0
 */

// A notch of a mouse wheel is about 100; a touchpad sends many small ones.
const WHEEL_NOTCH = 50;

/**
 * @param {import('../canvas/pane.js').Pane} pane
 * @param {{left: () => Tool, middle: Tool, right: Tool}} tools
 */
export function routePointer({ host, work, viewport, layers: { corners } }, tools) {
  /** @type {{drag: Drag, pointerId: number} | null} */
  let current = null;
  let wheel = 0;

  /** @param {MouseEvent} event */
  const pointOf = (event) => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  /**
   * @param {Point | null} at
   * @param {PointerEvent} event
   */
  const hover = (at, event) => {
    corners.pointAt(at);
    tools.left().hover?.(work, at, event);
  };

  /** @param {() => void} [ending] */
  const finish = (ending) => {
    current = null;
    ending?.();
  };

  host.addEventListener("pointerdown", (event) => {
    if (current || (event.target instanceof Element && event.target.closest("button"))) return;
    work.screen.activate(work.pane);
    host.focus({ preventScroll: true });
    event.preventDefault();
    const tool = [tools.left(), tools.middle, tools.right][event.button];
    const drag = tool?.down(work, pointOf(event), event);
    if (!drag) return;
    host.setPointerCapture(event.pointerId);
    current = { drag, pointerId: event.pointerId };
  });
  host.addEventListener("pointermove", (event) => {
    const at = pointOf(event);
    if (current?.pointerId === event.pointerId) current.drag.move(at, event);
    else host.style.cursor = tools.left().cursor(work, at);
    hover(at, event);
  });
  host.addEventListener("pointerup", (event) => {
    if (current?.pointerId !== event.pointerId) return;
    const { drag } = current;
    finish(() => drag.up?.(pointOf(event), event));
  });
  host.addEventListener("pointercancel", () => finish(current?.drag.cancel));
  host.addEventListener("pointerleave", (event) => hover(null, event));
  host.addEventListener("contextmenu", (event) => event.preventDefault());
  host.addEventListener("dblclick", (event) => {
    const isOnControl = event.target instanceof Element && event.target.closest("button");
    if (!isOnControl && !tools.left().ownsDoubleClick?.()) maximiseOrFit(work);
  });
  host.addEventListener(
    "wheel",
    (event) => {
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

/**
 * The pane fills the screen, or gives it back; alone on it, its picture is fitted.
 * @param {Workplace} work
 */
function maximiseOrFit({ screen, pane, viewport }) {
  if (screen.panes.length === 1) viewport.fit();
  else screen.maximise(screen.maximised ? null : pane);
}
