/** What lies over the picture of a pane: lines, marks, the circle of its brush, the texts in its corners. */

import { partOf } from "../element.js";
import { BrushCursor } from "./brush_cursor.js";
import { createCorners } from "./corners.js";
import { MaskLayer } from "./mask_layer.js";
import { Overlay } from "./overlay.js";

/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {{store: import('../store/read_store.js').ReadStore, marks: import('../store/mark_view.js').MarkView,
 *   screen: import('./screen.js').Screen}} Parts */
/** @typedef {{work: import('../tools/pointer.js').Workplace, guides: SVGSVGElement,
 *   corners: ReturnType<typeof createCorners>, brushCursor: BrushCursor}} Layers */

/**
 * All panes that there are, and each that is made later.
 * @param {Parts} parts
 */
export function addLayers(parts) {
  const put = (/** @type {Pane} */ pane) => {
    pane.layers = layersOf(pane, parts);
    pane.viewport.refresh();
  };
  parts.screen.panes.forEach(put);
  parts.screen.paneMade.listen(put);
}

/**
 * @param {Pane} pane
 * @param {Parts} parts
 * @returns {Layers}
 */
function layersOf(pane, { store, marks, screen }) {
  const { host, viewport } = pane;
  const svg = (/** @type {string} */ name) =>
    /** @type {SVGSVGElement} */ (host.querySelector(`[data-part=${name}]`));
  const masks = new MaskLayer(/** @type {HTMLCanvasElement} */ (partOf(host, "masks")), viewport);
  const overlay = new Overlay(svg("overlay"), viewport, store, marks, masks);
  return {
    work: { store, marks, screen, pane, viewport, overlay },
    corners: createCorners(host, viewport, store.read),
    guides: svg("guides"),
    brushCursor: new BrushCursor(svg("brush-cursor"), viewport),
  };
}
