/** Draws the marks of the shown frame, the selected one's handles and what is being drawn, as SVG in CSS pixels. */

import { shapeOf } from "../geometry/shapes.js";
import { transformPoint } from "../geometry/transform.js";
import { svgElement } from "../element.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../store/mark_view.js').MarkView} MarkView */

/**
 * What is being drawn or changed, before it is a command; `id` null: a new mark.
 * @typedef {{id: string | null, shape: string, geometry: any}} Preview
 */

const HANDLE = 8;

export class Overlay {
  /** @type {Preview | null} */
  preview = null;
  #svg;
  #viewport;
  #store;
  #marks;

  /**
   * @param {SVGSVGElement} svg
   * @param {Viewport} viewport
   * @param {ReadStore} store
   * @param {MarkView} marks
   */
  constructor(svg, viewport, store, marks) {
    this.#svg = svg;
    this.#viewport = viewport;
    this.#store = store;
    this.#marks = marks;
    for (const signal of [viewport.changed, store.changed, marks.changed]) signal.listen(() => this.draw());
  }

  /** @param {Preview | null} preview */
  setPreview(preview) {
    this.preview = preview;
    this.draw();
  }

  /** The marks that are seen here. */
  get shownMarks() {
    return this.#store.marksOn(this.#viewport.shown).filter(([id]) => this.#marks.isVisible(id));
  }

  draw() {
    const { preview } = this;
    const shapes = this.shownMarks.map(([id, mark]) => {
      const geometry = preview?.id === id ? preview.geometry : mark.geometry;
      return this.#shape(mark.shape, geometry, mark.label, { id, isSelected: id === this.#store.selectedId });
    });
    if (preview && preview.id === null && this.#viewport.shown && this.#store.currentLabel) {
      const state = { id: "", isSelected: false };
      shapes.push(this.#shape(preview.shape, preview.geometry, this.#store.currentLabel, state));
    }
    if (shapes.length || this.#svg.firstChild) this.#svg.replaceChildren(...shapes);
  }

  /**
   * @param {string} shapeName
   * @param {any} geometry
   * @param {string} labelKey
   * @param {{id: string, isSelected: boolean}} state
   */
  #shape(shapeName, geometry, labelKey, { id, isSelected }) {
    const shape = shapeOf(shapeName);
    const label = this.#store.label(labelKey);
    const colour = label?.colour ?? "#fff";
    const group = svgElement("g", { class: `mark${isSelected ? " is-selected" : ""}`, "data-id": id });
    if (this.#marks.refused.has(id)) group.classList.add("is-refused");
    const lines = shape.outlines(geometry).map((line) => line.map((point) => this.#place(point)));
    const d = lines.map((line) => `M${line.map(({ x, y }) => `${x} ${y}`).join("L")}`).join("");
    const halo = svgElement("path", { class: "mark__halo", d });
    const line = svgElement("path", { class: "mark__line", d, stroke: colour });
    group.append(halo, line, this.#text(label?.name ?? labelKey, lines.flat(), colour));
    if (isSelected && !this.#store.isReadOnly) {
      group.append(...shape.handles(geometry).map((point) => this.#handle(point, colour)));
    }
    return group;
  }

  /** @param {Point} point */
  #place(point) {
    return transformPoint(this.#viewport.matrix, point);
  }

  /**
   * Above the mark where there is room, else below its upper edge.
   * @param {string} words
   * @param {Point[]} points  CSS pixels
   * @param {string} colour
   */
  #text(words, points, colour) {
    const left = Math.min(...points.map(({ x }) => x));
    const top = Math.min(...points.map(({ y }) => y));
    const x = Math.min(Math.max(left, 4), Math.max(4, this.#viewport.size.width - 80));
    const y = top > 22 ? top - 6 : Math.max(0, top) + 16;
    const text = svgElement("text", { class: "mark__label", x, y, fill: colour });
    text.textContent = words;
    return text;
  }

  /**
   * @param {Point} point
   * @param {string} colour
   */
  #handle(point, colour) {
    const { x, y } = this.#place(point);
    const place = { x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE };
    return svgElement("rect", { class: "mark__handle", ...place, fill: colour });
  }
}
