/** Holds volumes and answers for cuts through them: the part of reslicing that has a memory. */

import { reslice } from "./reslice.js";

/** @typedef {import('./reslice.js').Voxels} Voxels */
/** @typedef {import('./reslice.js').Cut} Cut */
/** @typedef {import('./reslice.js').Values} Values */
/** @typedef {import('./reslice.js').Scale} Scale */
/** @typedef {import('./reslice.js').Padding} Padding */
/** @typedef {import('../types.js').Pixels} Pixels */

/**
 * @typedef {{kind: "begin", volume: string, columns: number, rows: number, scales: Scale[] | null,
 *   paddings: (Padding | null)[] | null}} Begin
 * @typedef {{kind: "slice", volume: string, index: number, values: Values}} Slice
 * @typedef {{kind: "cut", volume: string, cut: Cut}} CutWanted
 * @typedef {{kind: "drop", volume: string}} Drop
 * @typedef {Begin | Slice | CutWanted | Drop} Order
 */

export class Reslicer {
  /** @type {Map<string, Voxels>} */
  #volumes = new Map();

  /**
   * @param {Order} order
   * @returns {Pixels | null}  null where nothing is asked
   */
  obey(order) {
    if (order.kind === "drop") this.#volumes.delete(order.volume);
    else if (order.kind === "begin") {
      const { columns, rows, scales, paddings } = order;
      this.#volumes.set(order.volume, { slices: [], columns, rows, scales, paddings });
    } else if (order.kind === "slice") this.#volume(order).slices[order.index] = order.values;
    else return reslice(this.#volume(order), order.cut);
    return null;
  }

  /** @param {{volume: string}} order */
  #volume({ volume: name }) {
    const volume = this.#volumes.get(name);
    if (!volume) throw new Error("there is no such volume");
    return volume;
  }
}
