/** A series of pictures cut from another one: frames like any others, but for where their pixels come from. */

import { gridOf, layerOf, layersIn, orientationOf, positionOf, reformatOf } from "../geometry/reformat.js";
import { displayOf } from "../geometry/space.js";
import { frameKey } from "../store/read_data.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../types.js').Instance} Instance */
/** @typedef {import('../geometry/reformat.js').PlaneName} PlaneName */
/** @typedef {import('../geometry/reformat.js').SlabMode} SlabMode */
/** @typedef {import('../geometry/stack.js').Stack} Stack */
/** @typedef {import('../image/volume.js').Volume} Volume */
/** @typedef {{thickness_mm: number, mode: SlabMode}} Slab  thickness 0: one layer of voxels */

/** @type {Record<SlabMode, string>} */
export const MODE_WORDS = { mean: "mean", max: "MIP", min: "MinIP" };

export class Reformatted {
  /** @type {Series} */
  series;
  layers = 1;
  #original;

  /**
   * @param {Series} original
   * @param {number} source  its place in the read
   * @param {Stack} stack
   * @param {Volume} volume
   * @param {PlaneName} name
   */
  constructor(original, source, stack, volume, name) {
    this.#original = original;
    this.name = name;
    this.volume = volume;
    this.grid = gridOf(stack);
    this.reformat = reformatOf(this.grid, name);
    this.series = {
      ...original,
      series_instance_uid: `${original.series_instance_uid}~${name}`,
      thumbnail_url: "",
      frames: [],
      source,
    };
    /** Where in the volume each picture is. */
    this.sliceOf = new Map(stack.refs.map(({ key }, index) => [key, index]));
  }

  /** @param {Slab} slab */
  setSlab({ thickness_mm: wanted, mode }) {
    this.layers = layersIn(this.reformat, wanted);
    const thickness = this.layers * this.reformat.step_mm;
    const plane = this.name[0].toUpperCase() + this.name.slice(1);
    const words =
      this.layers > 1
        ? `${plane}, ${MODE_WORDS[mode]} of ${Number(thickness.toFixed(1))} mm`
        : `${plane}, resampled`;
    const uid = `${this.series.series_instance_uid}~${this.layers}~${mode}`;
    const instance = this.#instance(uid, thickness);
    this.series.description = words;
    this.series.frames = Array.from({ length: this.reformat.count }, (_, index) => ({
      key: frameKey(uid, index + 1),
      frame: index + 1,
      index,
      url: "",
      instance,
      reslice: { words, load: (isUrgent) => this.volume.cut(this.#cut(index, mode), isUrgent) },
    }));
  }

  /**
   * @param {number} index
   * @param {SlabMode} mode
   * @returns {import('../image/reslice.js').Cut}
   */
  #cut(index, mode) {
    const { across, down, through, pixel_mm, columns, rows } = this.reformat;
    const layer = layerOf(this.reformat, index);
    const place = {
      across,
      down,
      through: through.axis,
      steps_mm: this.grid.steps_mm,
      pixel_mm,
      columns,
      rows,
    };
    return { ...place, layer, layers: this.layers, mode, isNearest: false };
  }

  /**
   * @param {string} uid
   * @param {number} thickness_mm
   * @returns {Instance}
   */
  #instance(uid, thickness_mm) {
    const { grid, reformat, volume } = this;
    const middle = this.#original.frames[Math.floor(this.#original.frames.length / 2)];
    const { slope, intercept } = volume.scale;
    const padding = volume.paddings?.find(Boolean)?.[0];
    const { pixel_mm: pixel, columns, rows, count } = reformat;
    const positions = Array.from({ length: count }, (_, index) => positionOf(grid, reformat, index));
    return {
      ...middle.instance,
      sop_instance_uid: uid,
      instance_number: null,
      columns,
      rows,
      number_of_frames: count,
      frame_url: "",
      preview_url: "",
      overlays: [],
      is_resliced: true,
      display: {
        ...displayOf(middle),
        rescale_slope: slope,
        rescale_intercept: intercept,
        pixel_padding: padding === undefined ? null : [padding, padding],
        spacing: { row_mm: pixel, column_mm: pixel, source: displayOf(middle).spacing?.source ?? "" },
        pixel_aspect_ratio: [1, 1],
        position: positions[0],
        orientation: orientationOf(grid, reformat),
        patient_orientation: null,
        slice_thickness: thickness_mm,
        regions: [],
        frames: positions.map((position) => ({ position })),
      },
    };
  }
}
