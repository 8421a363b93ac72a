/** Draws masks on a canvas between the picture and the other marks: a thin rim along their pixels and a light fill. */

import { shapeOf } from "../geometry/shapes.js";

/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {{geometry: any, colour: string, isSelected: boolean, isInterpolated: boolean, isRefused: boolean}} PaintedMask */

const FILL = 0.28;
const FILL_BETWEEN = 0.14;
const RIM = 1.5;
const RIM_SELECTED = 2;
const HALO = 2;

/** Rims in image pixels; the geometry of a mark is never changed. @type {WeakMap<object, Path2D>} */
const rims = new WeakMap();

export class MaskLayer {
  #canvas;
  #viewport;
  /** What is on the canvas. @type {{masks: PaintedMask[], place: string}} */
  #drawn = { masks: [], place: "" };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Viewport} viewport
   */
  constructor(canvas, viewport) {
    this.#canvas = canvas;
    this.#viewport = viewport;
  }

  /** @param {PaintedMask[]} masks  the last one on top */
  draw(masks) {
    const { size, matrix } = this.#viewport;
    const place = [...matrix, size.width, size.height, devicePixelRatio].join();
    const drawn = this.#drawn;
    if (!masks.length && !drawn.masks.length) return;
    if (place === drawn.place && areSame(masks, drawn.masks)) return;
    this.#drawn = { masks, place };
    this.#canvas.hidden = masks.length === 0;
    const context = this.#clean();
    if (!context) return;
    for (const mask of masks) paint(context, mask, matrix);
  }

  /** The canvas, empty and as large as the pane in pixels of the screen. */
  #clean() {
    const { width, height } = this.#viewport.size;
    const [columns, rows] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    const context = this.#canvas.getContext("2d");
    if (this.#canvas.width !== columns || this.#canvas.height !== rows) {
      this.#canvas.width = columns;
      this.#canvas.height = rows;
    } else {
      context?.clearRect(0, 0, columns, rows);
    }
    return context;
  }
}

/**
 * @param {PaintedMask[]} some
 * @param {PaintedMask[]} others
 */
function areSame(some, others) {
  return some.length === others.length && some.every((mask, index) => isSame(mask, others[index]));
}

/**
 * @param {PaintedMask} one
 * @param {PaintedMask} other
 */
const isSame = (one, other) =>
  one.geometry === other.geometry &&
  one.colour === other.colour &&
  one.isSelected === other.isSelected &&
  one.isInterpolated === other.isInterpolated &&
  one.isRefused === other.isRefused;

/**
 * The path is laid out in pixels of the screen, so that the rim is as thick whatever the zoom and the pixels' shape.
 * @param {CanvasRenderingContext2D} context
 * @param {PaintedMask} mask
 * @param {Matrix} matrix
 */
function paint(context, { geometry, colour, isSelected, isInterpolated, isRefused }, matrix) {
  const ratio = devicePixelRatio;
  const path = new Path2D();
  path.addPath(rimOf(geometry), new DOMMatrix(matrix.map((part) => part * ratio)));
  context.globalAlpha = isInterpolated ? FILL_BETWEEN : FILL;
  context.fillStyle = colour;
  context.fill(path, "evenodd");
  const width = (isSelected ? RIM_SELECTED : RIM) * ratio;
  context.globalAlpha = 0.7;
  context.setLineDash([]);
  context.strokeStyle = "#000";
  context.lineWidth = width + HALO * ratio;
  context.stroke(path);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = width;
  if (isRefused) context.setLineDash([2 * ratio, 4 * ratio]);
  else if (isInterpolated) context.setLineDash([6 * ratio, 4 * ratio]);
  context.stroke(path);
}

/** @param {any} geometry */
function rimOf(geometry) {
  const known = rims.get(geometry);
  if (known) return known;
  const path = new Path2D();
  for (const line of shapeOf("mask").outlines(geometry)) {
    line.slice(0, -1).forEach(({ x, y }, index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
  }
  rims.set(geometry, path);
  return path;
}
