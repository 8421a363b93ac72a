/** How the picture of a pane is placed: its size, its place and its turning. The coordinates of marks know nothing of it. */

import { zoomForScale } from "../geometry/scale.js";
import * as transform from "../geometry/transform.js";
import { Signal } from "../store/signal.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {import('../types.js').Instance} Instance */

/** @abstract */
export class Placement {
  /** What the reader has just done here, for the panes that are linked. @type {Signal<import('./links.js').Move>} */
  moved = new Signal();
  /** The mm on a CSS pixel that a fitted picture keeps to; null: as large as it fits. @type {() => number | null} */
  sharedScale = () => null;
  view = transform.plainView();
  isFitted = true;
  size = { width: 1, height: 1 };

  /**
   * What is placed.
   * @abstract
   * @returns {Instance | undefined}
   */
  get instance() {
    return undefined;
  }

  /**
   * The edge of the picture that, fitted, lies at the same edge of the pane: the chest wall of a mammogram.
   * @abstract
   * @returns {"" | "left" | "right"}
   */
  get align() {
    return "";
  }

  /**
   * Paint with the next picture of the screen.
   * @abstract
   */
  refresh() {}

  /** @returns {import('../types.js').ImageShape} */
  get image() {
    const { instance } = this;
    const pixel = transform.pixelShape(this.spacing, instance?.display.pixel_aspect_ratio ?? null);
    return { columns: instance?.columns ?? 1, rows: instance?.rows ?? 1, pixel };
  }

  /** From image pixels to CSS pixels of the viewport. @returns {Matrix} */
  get matrix() {
    return transform.viewMatrix(this.image, this.size, this.view, devicePixelRatio);
  }

  /**
   * @param {Point} point  CSS pixels of the viewport
   * @returns {Point}
   */
  toImage(point) {
    return transform.transformPoint(transform.invertMatrix(this.matrix), point);
  }

  fit() {
    this.refit();
    this.moved.emit({ kind: "fit" });
  }

  /** Fit the picture to a pane or to a scale that has changed. */
  refit() {
    this.isFitted = true;
    const scale = this.sharedScale();
    const zoom = scale && this.spacing ? zoomForScale(this.spacing, scale) : this.fittingZoom;
    const placed = { ...this.view, zoom: transform.clampZoom(zoom), panX: 0, panY: 0 };
    this.#place({ ...placed, panX: transform.alignedPan(this.image, this.size, placed, this.align) });
  }

  /** At which the whole picture is as large as the pane allows. */
  get fittingZoom() {
    return transform.fitZoom(this.image, this.size, this.view.quarterTurns);
  }

  get spacing() {
    return this.instance?.display.spacing ?? null;
  }

  /** One image pixel on one pixel of the screen. */
  actualSize() {
    this.zoomBy(1 / devicePixelRatio / this.view.zoom);
  }

  /**
   * @param {number} factor
   * @param {Point} [at]
   */
  zoomBy(factor, at = { x: this.size.width / 2, y: this.size.height / 2 }) {
    this.isFitted = false;
    this.#place(transform.zoomAt(this.view, this.size, this.view.zoom * factor, at));
    const { width, height } = this.size;
    this.moved.emit({ kind: "zoom", factor, at: { x: at.x / width - 0.5, y: at.y / height - 0.5 } });
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  pan(dx, dy) {
    this.isFitted = false;
    this.#place({ ...this.view, panX: this.view.panX + dx, panY: this.view.panY + dy });
    this.moved.emit({ kind: "pan", dx, dy });
  }

  /** @param {"horizontal" | "vertical"} direction */
  flip(direction) {
    this.#place(transform.flipView(this.view, direction));
  }

  turn() {
    this.#place(transform.turnView(this.view));
    if (this.isFitted) this.refit();
  }

  /** @param {transform.ViewState} view */
  #place(view) {
    this.view = view;
    this.refresh();
  }
}
