/** One picture of the layout: its canvas, its marks and the texts in its corners. */

import { createRenderer } from "../image/renderer.js";
import { part, partOf } from "../element.js";
import { BrushCursor } from "./brush_cursor.js";
import { createCorners } from "./corners.js";
import { MaskLayer } from "./mask_layer.js";
import { Overlay } from "./overlay.js";
import { Viewport } from "./viewport.js";

/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../store/mark_view.js').MarkView} MarkView */
/** @typedef {import('../image/frames.js').Frames} Frames */
/** @typedef {{store: ReadStore, marks: MarkView, frames: Frames, wantedRenderer: string | null}} PaneParts */

export class Pane {
  /**
   * @param {number} index  its place in the layout, from 0
   * @param {PaneParts} parts
   * @param {import('./screen.js').Screen} screen
   */
  constructor(index, { store, marks, frames, wantedRenderer }, screen) {
    this.index = index;
    this.host = clonedTemplate();
    this.host.setAttribute("aria-label", `Image ${index + 1}`);
    const canvas = /** @type {HTMLCanvasElement} */ (partOf(this.host, "canvas"));
    const svg = /** @type {SVGSVGElement} */ (this.host.querySelector("[data-part=overlay]"));
    this.guides = /** @type {SVGSVGElement} */ (this.host.querySelector("[data-part=guides]"));
    const renderer = createRenderer(canvas, wantedRenderer, () => this.viewport.refresh());
    this.viewport = new Viewport(canvas, store.read.series, frames, renderer);
    const masks = /** @type {HTMLCanvasElement} */ (partOf(this.host, "masks"));
    this.overlay = new Overlay(svg, this.viewport, store, marks, new MaskLayer(masks, this.viewport));
    const circle = /** @type {SVGSVGElement} */ (this.host.querySelector("[data-part=brush-cursor]"));
    this.brushCursor = new BrushCursor(circle, this.viewport);
    /** Where the mouse is over the pane, CSS pixels. @type {import('../types.js').Point | null} */
    this.pointer = null;
    this.host.addEventListener("pointermove", ({ clientX, clientY }) => {
      const { left, top } = this.host.getBoundingClientRect();
      this.pointer = { x: clientX - left, y: clientY - top };
    });
    this.host.addEventListener("pointerleave", () => (this.pointer = null));
    this.corners = createCorners(this.host, this.viewport, store.read);
    /** @type {import('../tools/pointer.js').Workplace} */
    this.work = { store, marks, screen, pane: this, viewport: this.viewport, overlay: this.overlay };
  }
}

function clonedTemplate() {
  const template = /** @type {HTMLTemplateElement} */ (part("pane-template"));
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}
