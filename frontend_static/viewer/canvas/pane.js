/** One picture of the layout. What lies over it comes with the rest of the page: layers.js. */

import { createRenderer } from "../image/renderer.js";
import { part, partOf } from "../element.js";
import { Viewport } from "./viewport.js";

/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../image/frames.js').Frames} Frames */
/** @typedef {{read: Read, frames: Frames, wantedRenderer: string | null}} PaneParts */

export class Pane {
  /** Where the mouse is over the pane, CSS pixels. @type {import('../types.js').Point | null} */
  pointer = null;
  /** @type {import('./layers.js').Layers | null} */
  #layers = null;

  /**
   * @param {number} index  its place in the layout, from 0
   * @param {PaneParts} parts
   */
  constructor(index, { read, frames, wantedRenderer }) {
    this.index = index;
    this.host = clonedTemplate();
    this.host.setAttribute("aria-label", `Image ${index + 1}`);
    const canvas = /** @type {HTMLCanvasElement} */ (partOf(this.host, "canvas"));
    const renderer = createRenderer(canvas, wantedRenderer, () => this.viewport.refresh());
    this.viewport = new Viewport(canvas, read.series, frames, renderer);
    this.host.addEventListener("pointermove", ({ clientX, clientY }) => {
      const { left, top } = this.host.getBoundingClientRect();
      this.pointer = { x: clientX - left, y: clientY - top };
    });
    this.host.addEventListener("pointerleave", () => (this.pointer = null));
  }

  /** What lies over the picture; there when the rest of the page is. */
  get layers() {
    if (!this.#layers) throw new Error("only the picture is there yet");
    return this.#layers;
  }

  set layers(layers) {
    this.#layers = layers;
  }

  get work() {
    return this.layers.work;
  }

  get overlay() {
    return this.work.overlay;
  }
}

function clonedTemplate() {
  const template = /** @type {HTMLTemplateElement} */ (part("pane-template"));
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}
