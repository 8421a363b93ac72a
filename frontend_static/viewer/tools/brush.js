/** Paints masks: brush, eraser and threshold brush. Alt makes a brush erase and the eraser paint. */

import { choosingByValue, eachStrokeRun, Painting } from "../geometry/masks/brush.js";
import { emptyMask, geometryOf } from "../geometry/masks/mask.js";
import { modalityValue } from "../image/lut.js";
import { drawingGround } from "./drawing.js";
import { keepMask, rangeTest, selectedTarget, SHAPE, targetAt } from "./mask_target.js";
import { placesOf } from "./pointer_places.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../canvas/pane.js').Pane} Pane */
/** @typedef {import('../geometry/masks/brush.js').Chooser} Chooser */
/** @typedef {import('./brush_settings.js').BrushSettings} BrushSettings */
/** @typedef {import('./mask_target.js').Target} Target */
/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */
/** @typedef {{onDrawn: (id: string) => void, brush: BrushSettings}} Options */
/** @typedef {{target: Target | null, isErasing: boolean, choose?: Chooser}} Stroke */

/** @param {Options} options */
export const createBrushTool = (options) => createPaintTool("brush", options);

/** @param {Options} options */
export const createEraserTool = (options) => createPaintTool("eraser", options);

/** @param {Options} options */
export const createThresholdBrushTool = (options) => createPaintTool("threshold_brush", options);

/**
 * @param {"brush" | "eraser" | "threshold_brush"} name
 * @param {Options} options
 * @returns {Tool}
 */
function createPaintTool(name, { onDrawn, brush }) {
  /** @type {Pane | null} */
  let shownIn = null;
  const hide = () => {
    shownIn?.layers.brushCursor.show(null);
    shownIn = null;
  };
  return {
    name,
    // The circle shows where it is.
    cursor: (work) => (drawingGround(work) ? "crosshair" : "default"),
    hover(work, at) {
      hide();
      if (!at || !drawingGround(work)) return;
      shownIn = work.pane;
      shownIn.layers.brushCursor.show(at, () => brush.unitsOn(work.viewport));
    },
    resize: (work, steps) => {
      brush.resize(work.viewport, steps);
      shownIn?.layers.brushCursor.draw();
    },
    cancel: hide,
    down(work, start, event) {
      const ref = drawingGround(work);
      if (!ref) return null;
      if (name === "threshold_brush" && event.shiftKey) return pickRange(work, brush, start);
      const stroke = strokeFor(work, start, { isErasing: (name === "eraser") !== event.altKey });
      if (!stroke) return null;
      if (name !== "threshold_brush" || stroke.isErasing)
        return paint(work, ref, start, stroke, { onDrawn, brush });
      if (!brush.isRangeChosen) brush.rangeFromWindow(work.viewport);
      const isMeant = rangeTest(work, brush);
      const { pixels } = work.viewport;
      if (!isMeant || !pixels) {
        work.store.declined.emit("This picture has no values to choose by.");
        return null;
      }
      return paint(
        work,
        ref,
        start,
        { ...stroke, choose: choosingByValue(pixels, isMeant) },
        { onDrawn, brush },
      );
    },
  };
}

/**
 * What a stroke works on. Erasing needs a mask: the selected one, or the one under the brush.
 * @param {Workplace} work
 * @param {Point} start
 * @param {{isErasing: boolean}} options
 * @returns {Stroke | null}
 */
function strokeFor(work, start, { isErasing }) {
  const selected = selectedTarget(work);
  if (!isErasing) return { target: selected, isErasing };
  const target = selected ?? targetAt(work, work.viewport.toImage(start));
  return target && { target, isErasing };
}

/**
 * @param {Workplace} work
 * @param {FrameRef} ref
 * @param {Point} start
 * @param {Stroke} stroke
 * @param {Options} options
 * @returns {import('./pointer.js').Drag}
 */
function paint(work, ref, start, { target, isErasing, choose }, { onDrawn, brush }) {
  const { viewport, overlay } = work;
  const { image } = viewport;
  const painting = new Painting(target?.mask ?? emptyMask(image), image, { isErasing, choose });
  let last = viewport.toImage(start);
  const go = (/** @type {Point} */ to) => {
    painting.stroke(last, to, brush.unitsOn(viewport));
    last = to;
  };
  const show = () =>
    overlay.setPreview({ id: target?.id ?? null, shape: SHAPE, geometry: geometryOf(painting.mask) });
  go(last);
  show();
  return {
    move(at, event) {
      // The wheel may have changed the image under a held button.
      if (viewport.shown !== ref) return;
      for (const each of placesOf(event, at)) go(viewport.toImage(each));
      show();
    },
    up() {
      overlay.setPreview(null);
      const id = viewport.shown === ref ? keepMask(work, ref, target, painting.mask) : null;
      if (id) onDrawn(id);
    },
    cancel: () => overlay.setPreview(null),
  };
}

/**
 * The range of the values under the brush becomes the range that is taken.
 * @param {Workplace} work
 * @param {BrushSettings} brush
 * @param {Point} at
 */
function pickRange({ viewport }, brush, at) {
  const { shown, pixels, image } = viewport;
  if (!shown || !pixels || pixels.samples !== 1) return null;
  const point = viewport.toImage(at);
  const { display } = shown.instance;
  const [from, to] = display.pixel_padding ?? [Infinity, -Infinity];
  let [low, high] = [Infinity, -Infinity];
  eachStrokeRun(point, point, brush.unitsOn(viewport), image, (column, top, bottom) => {
    for (let row = top; row < bottom; row += 1) {
      const stored = pixels.values[row * pixels.columns + column];
      if (stored >= from && stored <= to) continue;
      const value = modalityValue(display, stored);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  });
  brush.setRange(low, high);
  return null;
}
