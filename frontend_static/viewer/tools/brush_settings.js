/** What the brushes are set to: how large, and which values the threshold brush takes. Shared by all panes. */

import { smallestRadius } from "../geometry/masks/brush.js";
import { Signal } from "../store/signal.js";

/** @typedef {import('../canvas/viewport.js').Viewport} Viewport */
/** @typedef {"mm" | "px"} Unit */

const PACE = 1.2;
const LARGEST = 500;
const SMALLEST = 0.1;

export class BrushSettings {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** Modality values that are taken, both ends too. */
  low = 0;
  high = 100;
  /** Whether a range was chosen, or it still follows the window. */
  isRangeChosen = false;
  /** @type {Record<Unit, number>} */
  #radius = { mm: 4, px: 10 };

  /**
   * @param {Viewport} viewport
   * @returns {Unit}
   */
  unitOn(viewport) {
    return pixelSizeOf(viewport) ? "mm" : "px";
  }

  /** @param {Viewport} viewport */
  radiusOn(viewport) {
    return this.#radius[this.unitOn(viewport)];
  }

  /**
   * In the unit in which the picture's pixels are measured: the smaller side of one.
   * @param {Viewport} viewport
   */
  unitsOn(viewport) {
    const radius = this.radiusOn(viewport) / (pixelSizeOf(viewport) ?? 1);
    return Math.max(radius, smallestRadius(viewport.image.pixel));
  }

  /**
   * @param {Viewport} viewport
   * @param {number} radius
   */
  setRadius(viewport, radius) {
    if (!(radius > 0)) return;
    this.#radius[this.unitOn(viewport)] = Math.min(LARGEST, Math.max(SMALLEST, radius));
    this.changed.emit();
  }

  /**
   * @param {Viewport} viewport
   * @param {number} steps
   */
  resize(viewport, steps) {
    const radius = this.radiusOn(viewport) * PACE ** steps;
    const rounded = Math.round(radius * 10) / 10;
    // The smallest ones would stand still by rounding.
    this.setRadius(viewport, rounded === this.radiusOn(viewport) ? rounded + Math.sign(steps) / 10 : rounded);
  }

  /**
   * @param {number} low
   * @param {number} high
   */
  setRange(low, high) {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return;
    this.low = Math.min(low, high);
    this.high = Math.max(low, high);
    this.isRangeChosen = true;
    this.changed.emit();
  }

  /** @param {Viewport} viewport */
  rangeFromWindow(viewport) {
    const { voi } = viewport;
    if (voi?.kind === "window") this.setRange(voi.center - voi.width / 2, voi.center + voi.width / 2);
  }
}

/**
 * The smaller side of a pixel in mm; null where that is not known.
 * @param {Viewport} viewport
 */
function pixelSizeOf({ spacing }) {
  const size = spacing ? Math.min(spacing.row_mm, spacing.column_mm) : 0;
  return size > 0 ? size : null;
}
