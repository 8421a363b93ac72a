/** The circle that shows where a brush is and how large. */

import { svgElement } from "../element.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./viewport.js').Viewport} Viewport */

// A smaller circle would hide what it is about.
const SMALLEST = 2;

export class BrushCursor {
  #svg;
  #viewport;
  /** @type {{at: Point, radius: () => number} | null} */
  #shown = null;

  /**
   * @param {SVGSVGElement} svg
   * @param {Viewport} viewport
   */
  constructor(svg, viewport) {
    this.#svg = svg;
    this.#viewport = viewport;
    viewport.changed.listen(() => this.#shown && this.draw());
  }

  /**
   * @param {Point | null} at  CSS pixels; null: not at all
   * @param {() => number} [radius]  in the unit in which a picture's pixels are measured
   */
  show(at, radius = () => 0) {
    this.#shown = at && { at, radius };
    this.draw();
  }

  draw() {
    if (!this.#shown) return this.#svg.replaceChildren();
    const { at, radius } = this.#shown;
    const place = { cx: at.x, cy: at.y, r: Math.max(SMALLEST, radius() * this.#viewport.view.zoom) };
    return this.#svg.replaceChildren(
      svgElement("circle", { class: "brush-cursor is-halo", ...place }),
      svgElement("circle", { class: "brush-cursor", ...place }),
    );
  }
}
