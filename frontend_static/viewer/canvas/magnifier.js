/** A lens under the pointer, drawn from the pixels of the image and not from the screen. */

import { shapeOf } from "../geometry/shapes.js";
import { transformPoint } from "../geometry/transform.js";
import { createCanvas2d } from "../image/canvas2d.js";
import { Signal } from "../store/signal.js";
import { element } from "../element.js";

/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Pixels} Pixels */

const SIDE = 240;
const FACTORS = [2, 3, 4];
// Where a handle is near, the reader wants to see what they drag.
const HANDLE_REACH = 24;

export class Magnifier {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** 0: off. */
  factor = 0;
  #canvas = element("canvas", { class: "lens", width: SIDE, height: SIDE, "aria-hidden": "true" });
  #renderer = createCanvas2d(this.#canvas);
  /** @type {{pane: Pane, at: Point} | null} */
  #pointer = null;

  /** @param {Screen} screen */
  constructor(screen) {
    this.#canvas.style.width = `${SIDE}px`;
    this.#canvas.style.height = `${SIDE}px`;
    screen.panes.forEach((pane) => this.#wire(pane));
    screen.paneMade.listen((pane) => this.#wire(pane));
  }

  /** Off, twice, three and four times, off. */
  next() {
    this.set(FACTORS[FACTORS.indexOf(this.factor) + 1] ?? 0);
  }

  /** @param {number} factor  0: off */
  set(factor) {
    this.factor = factor;
    this.draw();
    this.changed.emit();
  }

  /** @param {Pane} pane */
  #wire(pane) {
    const { host } = pane;
    const follow = (/** @type {PointerEvent} */ event) => {
      const { left, top } = host.getBoundingClientRect();
      // What is being drawn or dragged is not covered.
      const isFree = event.buttons === 0;
      this.#pointer = isFree ? { pane, at: { x: event.clientX - left, y: event.clientY - top } } : null;
      if (this.factor) this.draw();
    };
    for (const name of /** @type {const} */ (["pointermove", "pointerdown", "pointerup"]))
      host.addEventListener(name, follow);
    host.addEventListener("pointerleave", () => {
      this.#pointer = null;
      this.#canvas.remove();
    });
    pane.viewport.changed.listen(() => this.factor && this.#pointer?.pane === pane && this.draw());
  }

  draw() {
    if (!this.factor || !this.#pointer || this.#isOverHandle(this.#pointer)) {
      this.#canvas.remove();
      return;
    }
    const { pane, at } = this.#pointer;
    const { pixels, table, matrix } = pane.viewport;
    if (!pixels || !table) {
      this.#canvas.remove();
      return;
    }
    const ratio = devicePixelRatio;
    this.#canvas.width = this.#canvas.height = Math.round(SIDE * ratio);
    const scale = this.factor * ratio;
    const [a, b, c, d] = matrix.slice(0, 4).map((part) => part * scale);
    const centre = pane.viewport.toImage(at);
    const reach = (SIDE * ratio) / 2 / Math.min(Math.hypot(a, b), Math.hypot(c, d));
    const { part, column, row } = cutOut(pixels, centre, Math.ceil(reach) + 1);
    const [x, y] = [centre.x - column, centre.y - row];
    const half = (SIDE * ratio) / 2;
    this.#renderer.setPixels(part);
    this.#renderer.setTable(table);
    this.#renderer.draw([a, b, c, d, half - a * x - c * y, half - b * x - d * y]);
    this.#canvas.style.left = `${at.x - SIDE / 2}px`;
    this.#canvas.style.top = `${at.y - SIDE / 2}px`;
    if (this.#canvas.parentElement !== pane.host) pane.host.append(this.#canvas);
  }

  /** @param {{pane: Pane, at: Point}} pointer */
  #isOverHandle({ pane, at }) {
    const { store } = pane.work;
    const selected = pane.overlay.shownMarks.find(([id]) => id === store.selectedId);
    if (!selected) return false;
    const [, { shape, geometry }] = selected;
    return shapeOf(shape)
      .handles(geometry)
      .map((point) => transformPoint(pane.viewport.matrix, point))
      .some(({ x, y }) => Math.hypot(x - at.x, y - at.y) < HANDLE_REACH);
  }
}

/**
 * The square of pixels around a point, as far as there are any.
 * @param {Pixels} pixels
 * @param {Point} centre
 * @param {number} reach
 * @returns {{part: Pixels | null, column: number, row: number}}
 */
function cutOut({ values, rows, columns, samples }, { x, y }, reach) {
  const [column, row] = [Math.max(0, Math.floor(x - reach)), Math.max(0, Math.floor(y - reach))];
  const width = Math.min(columns, Math.ceil(x + reach)) - column;
  const height = Math.min(rows, Math.ceil(y + reach)) - row;
  if (width <= 0 || height <= 0) return { part: null, column: 0, row: 0 };
  const part = values.slice(0, width * height * samples);
  for (let line = 0; line < height; line += 1) {
    const start = ((row + line) * columns + column) * samples;
    part.set(values.subarray(start, start + width * samples), line * width * samples);
  }
  return { part: { values: part, rows: height, columns: width, samples }, column, row };
}
