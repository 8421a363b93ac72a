/** Draws the marks of the shown frame, the selected one's handles and the box being drawn, as SVG in CSS pixels. */

import { HANDLES, handlePoint } from "../geometry/box.js";
import { transformBox, transformPoint } from "../geometry/transform.js";
import { svgElement } from "../element.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

const HANDLE = 8;

export class Overlay {
  /** The box being drawn or changed, before it is a command. @type {{id: string | null, box: Box} | null} */
  preview = null;
  isHidden = false;
  /** Marks that the server refused. @type {Set<string>} */
  refused = new Set();
  #svg;
  #viewport;
  #store;

  /**
   * @param {SVGSVGElement} svg
   * @param {Viewport} viewport
   * @param {ReadStore} store
   */
  constructor(svg, viewport, store) {
    this.#svg = svg;
    this.#viewport = viewport;
    this.#store = store;
    viewport.changed.listen(() => this.draw());
    store.changed.listen(() => this.draw());
  }

  /** @param {{id: string | null, box: Box} | null} preview */
  setPreview(preview) {
    this.preview = preview;
    this.draw();
  }

  /** @param {boolean} isHidden */
  setHidden(isHidden) {
    this.isHidden = isHidden;
    this.draw();
  }

  draw() {
    const marks = this.isHidden ? [] : this.#store.marksOn(this.#viewport.shown);
    const shapes = marks.map(([id, mark]) => {
      const box = this.preview?.id === id ? this.preview.box : mark.geometry;
      return this.#shape(box, mark.label, { id, isSelected: id === this.#store.selectedId });
    });
    if (this.preview && this.preview.id === null && this.#viewport.shown && this.#store.currentLabel) {
      shapes.push(this.#shape(this.preview.box, this.#store.currentLabel, { id: "", isSelected: false }));
    }
    this.#svg.replaceChildren(...shapes);
  }

  /**
   * @param {Box} box
   * @param {string} labelKey
   * @param {{id: string, isSelected: boolean}} state
   */
  #shape(box, labelKey, { id, isSelected }) {
    const label = this.#store.label(labelKey);
    const screen = transformBox(this.#viewport.matrix, box);
    const colour = label?.colour ?? "#fff";
    const group = svgElement("g", { class: `mark${isSelected ? " is-selected" : ""}`, "data-id": id });
    if (this.refused.has(id)) group.classList.add("is-refused");
    const halo = svgElement("rect", { class: "mark__halo", ...screen });
    const line = svgElement("rect", { class: "mark__line", ...screen, stroke: colour });
    group.append(halo, line, this.#text(label?.name ?? labelKey, screen, colour));
    if (isSelected && !this.#store.isReadOnly) group.append(...this.#handles(box, colour));
    return group;
  }

  /**
   * Above the box where there is room, else below its upper edge.
   * @param {string} words
   * @param {Box} screen
   * @param {string} colour
   */
  #text(words, screen, colour) {
    const x = Math.min(Math.max(screen.x, 4), Math.max(4, this.#viewport.size.width - 80));
    const y = screen.y > 22 ? screen.y - 6 : Math.max(0, screen.y) + 16;
    const text = svgElement("text", { class: "mark__label", x, y, fill: colour });
    text.textContent = words;
    return text;
  }

  /**
   * @param {Box} box
   * @param {string} colour
   */
  #handles(box, colour) {
    return HANDLES.map((_, index) => {
      const { x, y } = transformPoint(this.#viewport.matrix, handlePoint(box, index));
      const place = { x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE };
      return svgElement("rect", { class: "mark__handle", ...place, fill: colour });
    });
  }
}
