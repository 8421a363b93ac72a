/** Where in the case each picture is. */

import { frameKey } from "./read_data.js";

/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {{ref: FrameRef, series: Series, seriesIndex: number}} Place */

export class Places {
  /** @type {Map<string, Place>} */
  #byKey = new Map();

  /** @param {Series[]} all */
  constructor(all) {
    all.forEach((series, seriesIndex) => {
      for (const ref of series.frames) this.#byKey.set(ref.key, { ref, series, seriesIndex });
    });
  }

  /**
   * Of what a mark lies on; undefined where the case does not hold it.
   * @param {{sop_instance_uid: string, frame: number}} mark
   */
  of({ sop_instance_uid: uid, frame }) {
    return this.#byKey.get(frameKey(uid, frame));
  }
}
