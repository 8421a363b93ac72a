/** The window chosen for each series, and the table it makes for an image. */

import { colourTable, greyTable, tableRange } from "../image/lut.js";
import { greyPixels, isWide } from "../image/wide.js";
import { firstChoice, resolveVoi } from "../image/windows.js";

/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../types.js').Instance} Instance */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../image/windows.js').Choice} Choice */

export class Grey {
  isInverted = false;
  /** @type {Map<string, Choice>} */
  #choices = new Map();
  #tableKey = "";

  /** @param {Series} series */
  reset(series) {
    this.isInverted = false;
    this.#choices.delete(series.series_instance_uid);
  }

  /**
   * @param {Series} series
   * @param {Choice} choice
   */
  choose(series, choice) {
    this.#choices.set(series.series_instance_uid, choice);
  }

  /**
   * @param {Series} series
   * @param {Instance} instance
   * @returns {Choice}
   */
  choice(series, instance) {
    return this.#choices.get(series.series_instance_uid) ?? firstChoice(instance);
  }

  /**
   * @param {Series} series
   * @param {Instance} instance
   * @param {Pixels} pixels
   */
  voi(series, instance, pixels) {
    return instance.samples_per_pixel === 3
      ? null
      : resolveVoi(this.choice(series, instance), instance, pixels);
  }

  /** The pixels that the renderer holds. @type {Pixels | null} */
  #drawn = null;

  /**
   * What the renderer must be given anew: pixels, a table, both or nothing.
   * @param {Series} series
   * @param {Instance} instance
   * @param {Pixels} pixels
   * @returns {{pixels?: Pixels, table?: Uint8Array}}
   */
  drawing(series, instance, pixels) {
    const table = this.table(series, instance, pixels) ?? undefined;
    const isSame = pixels === this.#drawn;
    this.#drawn = pixels;
    const voi = isWide(pixels) && (table || !isSame) && this.voi(series, instance, pixels);
    if (voi) return { pixels: greyPixels(pixels, instance, voi, this.isInverted), table };
    return isSame ? { table } : { pixels, table };
  }

  /** The renderer holds no picture of ours. */
  forget() {
    this.#drawn = null;
    this.#tableKey = "";
  }

  /**
   * Nobody has chosen a window for it.
   * @param {Series} series
   */
  isAsOpened(series) {
    return !this.#choices.has(series.series_instance_uid);
  }

  /**
   * A new table, or null when the last one still holds.
   * @param {Series} series
   * @param {Instance} instance
   * @param {Pixels} pixels
   */
  table(series, instance, pixels) {
    const voi = this.voi(series, instance, pixels);
    const { is_signed: isSigned, photometric_interpretation: photometric, display } = instance;
    const { rescale_slope: slope, rescale_intercept: intercept, presentation_lut_shape: shape } = display;
    // Tables in the file are compared by their instance: writing their values out would cost more than it saves.
    const own = display.modality_lut || voi?.kind === "lut" ? instance.sop_instance_uid : "";
    const window = voi?.kind === "window" ? voi : this.choice(series, instance);
    const key = JSON.stringify([
      this.isInverted,
      isSigned,
      photometric,
      slope,
      intercept,
      shape,
      display.pixel_padding,
      isWide(pixels) || tableRange(instance),
      own,
      window,
    ]);
    if (key === this.#tableKey) return null;
    this.#tableKey = key;
    if (voi && isWide(pixels)) return colourTable(false);  // the greys themselves
    return voi ? greyTable(instance, voi, this.isInverted) : colourTable(this.isInverted);
  }
}
