/** Draws the marks of the shown frame, the selected one's handles and what is being drawn, as SVG in CSS pixels. */

import { boundsOf } from "../geometry/points.js";
import { sizeInWords, spacingFor } from "../geometry/measure.js";
import { shapeOf } from "../geometry/shapes.js";
import { transformPoint } from "../geometry/transform.js";
import { svgElement } from "../element.js";
import { placeCaptions } from "./captions.js";
import { handlesOn } from "./handles.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Shape} Shape */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../store/mark_view.js').MarkView} MarkView */

/**
 * What is being drawn or changed, before it is a command; `id` null: a new mark. `isUnfinished`: more points follow,
 * so it is not closed yet and its first point is shown.
 * @typedef {{id: string | null, shape: string, geometry: any, isUnfinished?: boolean}} Preview
 */

/**
 * One mark as it is drawn.
 * @typedef {{id: string, shape: Shape, geometry: any, label: string, isSelected: boolean, isInterpolated: boolean,
 *   isUnfinished: boolean}} Item
 */

const HANDLE = 8;
const CROSS = 7;

export class Overlay {
  /** @type {Preview | null} */
  preview = null;
  #svg;
  #viewport;
  #store;
  #marks;
  #maskLayer;

  /**
   * @param {SVGSVGElement} svg
   * @param {Viewport} viewport
   * @param {ReadStore} store
   * @param {MarkView} marks
   * @param {import('./mask_layer.js').MaskLayer} maskLayer
   */
  constructor(svg, viewport, store, marks, maskLayer) {
    this.#svg = svg;
    this.#viewport = viewport;
    this.#store = store;
    this.#marks = marks;
    this.#maskLayer = maskLayer;
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
    const items = this.#items();
    const drawn = items.map((item) => ({ item, lines: this.#linesOf(item) }));
    // The selected one is drawn last, above the others, and its words find their place first.
    drawn.sort((one, other) => Number(one.item.isSelected) - Number(other.item.isSelected));
    this.#maskLayer.draw(drawn.filter(({ item }) => item.shape.isPainted).map(({ item }) => this.#painted(item)));
    const groups = drawn.map(({ item, lines }) => this.#group(item, item.shape.isPainted ? [] : lines));
    const captions = this.#captions(drawn.reverse());
    if (groups.length || this.#svg.firstChild) this.#svg.replaceChildren(...groups, ...captions);
  }

  /**
   * The words of all marks, above all lines.
   * @param {{item: Item, lines: Point[][]}[]} drawn
   */
  #captions(drawn) {
    const told = drawn.map(({ item, lines }) => {
      const around = item.isSelected ? handlesOn(item.shape, item.geometry, this.#viewport.matrix) : [];
      const box = boundsOf([...lines.flat(), ...around.map(({ at }) => at)]);
      return { words: this.#wordsOf(item), box };
    });
    return placeCaptions(told, this.#viewport.size).map(({ x, y }, index) => {
      const text = svgElement("text", { class: "mark__label", x, y, fill: this.#colourOf(drawn[index].item) });
      text.textContent = told[index].words;
      return text;
    });
  }

  /** @returns {Item[]} */
  #items() {
    const { preview } = this;
    const { selectedId, currentLabel } = this.#store;
    const items = this.shownMarks.map(([id, mark]) => ({
      id,
      shape: shapeOf(mark.shape),
      geometry: preview?.id === id ? preview.geometry : mark.geometry,
      label: mark.label,
      isSelected: id === selectedId,
      isInterpolated: mark.origin === "interpolated",
      isUnfinished: false,
    }));
    if (preview && preview.id === null && this.#viewport.shown && currentLabel) {
      const { shape, geometry, isUnfinished = false } = preview;
      const state = { isSelected: false, isInterpolated: false, isUnfinished };
      items.push({ id: "", shape: shapeOf(shape), geometry, label: currentLabel, ...state });
    }
    return items;
  }

  /**
   * @param {Item} item
   * @returns {Point[][]}  CSS pixels
   */
  #linesOf({ shape, geometry, isUnfinished }) {
    const { matrix } = this.#viewport;
    if (shape.isPainted) return [cornersOf(shape.bounds(geometry)).map((point) => transformPoint(matrix, point))];
    const lines = isUnfinished ? [shape.handles(geometry)] : shape.outlines(geometry);
    return lines.map((line) => line.map((point) => transformPoint(matrix, point)));
  }

  /** @param {Item} item */
  #painted(item) {
    const { id, geometry, isSelected, isInterpolated } = item;
    const isRefused = this.#marks.refused.has(id);
    return { geometry, colour: this.#colourOf(item), isSelected, isInterpolated, isRefused };
  }

  /** @param {Item} item */
  #colourOf({ label }) {
    return this.#store.label(label)?.colour ?? "#fff";
  }

  /**
   * The label; what measures lengths and angles also says how much.
   * @param {Item} item
   */
  #wordsOf({ id, shape, geometry, label, isUnfinished }) {
    const name = this.#store.label(label)?.name ?? label;
    const isLocked = this.#marks.locked.has(id) ? " · locked" : "";
    if (shape.isClosed || isUnfinished) return `${name}${isLocked}`;
    const display = this.#viewport.shown?.instance.display;
    const spacing = display ? spacingFor(display, shape.bounds(geometry)) : null;
    const size = sizeInWords(shape.measures(geometry, spacing, this.#viewport.image.pixel));
    return [name, size].filter(Boolean).join(" ") + isLocked;
  }

  /**
   * @param {Item} item
   * @param {Point[][]} lines
   */
  #group(item, lines) {
    const { id, isSelected, isInterpolated, isUnfinished } = item;
    const states = [
      isSelected && "is-selected",
      isInterpolated && "is-interpolated",
      this.#marks.refused.has(id) && "is-refused",
      isUnfinished && "is-unfinished",
    ];
    const group = svgElement("g", { class: ["mark", ...states.filter(Boolean)].join(" "), "data-id": id });
    const colour = this.#colourOf(item);
    const d = lines.map(pathOf).join("");
    const halo = svgElement("path", { class: "mark__halo", d });
    group.append(halo, svgElement("path", { class: "mark__line", d, stroke: colour }));
    const canBeChanged = isSelected && !this.#store.isReadOnly && !this.#marks.locked.has(id);
    if (canBeChanged) group.append(...this.#handles(item, colour));
    if (isUnfinished && lines[0]?.[0]) group.append(handleAt(lines[0][0], colour));
    return group;
  }

  /**
   * @param {Item} item
   * @param {string} colour
   */
  #handles({ shape, geometry }, colour) {
    return handlesOn(shape, geometry, this.#viewport.matrix).flatMap(({ at, isTurning, from }) => {
      if (!isTurning || !from) return [handleAt(at, colour)];
      const d = pathOf([from, at]);
      const circle = svgElement("circle", {
        class: "mark__handle",
        cx: at.x,
        cy: at.y,
        r: HANDLE / 2 + 0.5,
        fill: colour,
      });
      return [svgElement("path", { class: "mark__stem", d, stroke: colour }), circle];
    });
  }
}

/** @param {import('../types.js').Box} box */
const cornersOf = ({ x, y, width, height }) => [
  { x, y },
  { x: x + width, y: y + height },
];

/**
 * A single point is drawn as a cross.
 * @param {Point[]} line
 */
function pathOf(line) {
  if (line.length === 1) {
    const [{ x, y }] = line;
    return `M${x - CROSS} ${y}H${x - 2}M${x + 2} ${y}H${x + CROSS}M${x} ${y - CROSS}V${y - 2}M${x} ${y + 2}V${y + CROSS}`;
  }
  const places = line.map(({ x, y }) => `${x} ${y}`);
  const isClosed = line.length > 2 && places[0] === places[places.length - 1];
  return `M${(isClosed ? places.slice(0, -1) : places).join("L")}${isClosed ? "Z" : ""}`;
}

/**
 * @param {Point} point
 * @param {string} colour
 */
function handleAt({ x, y }, colour) {
  const place = { x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE };
  return svgElement("rect", { class: "mark__handle", ...place, fill: colour });
}
