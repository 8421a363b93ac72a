/** What marks on slices look like in a plane that cuts the slices. Pure. */

import { boundsOf, closed } from "./points.js";
import { layerOf, onReformat } from "./reformat.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./reformat.js').Grid} Grid */
/** @typedef {import('./reformat.js').Reformat} Reformat */

/**
 * A mark on one slice, as its shape gives it.
 * @typedef {object} SliceMark
 * @property {number} slice  place in the volume, from 0
 * @property {Point[][]} outlines  image pixels of the slice; closed ones repeat their first point
 * @property {boolean} isClosed
 */

/** @typedef {[number, number]} Interval */

// A point or a line that only touches the plane is still to be seen: so many voxels wide.
const THINNEST = 1;

/**
 * Where the marks of one lesion are in a reformatted picture: outlines in its image pixels. Slices that follow each
 * other give one outline.
 * @param {Grid} grid
 * @param {Reformat} reformat
 * @param {number} index  of the picture
 * @param {number} layers  of the slab
 * @param {SliceMark[]} marks
 * @returns {Point[][]}
 */
export function crossSection(grid, reformat, index, layers, marks) {
  const middle = layerOf(reformat, index);
  const slab = /** @type {Interval} */ ([middle - (layers - 1) / 2, middle + (layers + 1) / 2]);
  if (reformat.through.axis === 2)
    return marks
      .filter(({ slice }) => slice >= slab[0] && slice < slab[1])
      .flatMap(({ slice, outlines }) =>
        outlines.map((line) => line.map(({ x, y }) => onReformat(grid, reformat, [x, y, slice + 0.5]))),
      );
  const cuts = marks.flatMap((mark) => {
    const cut = intervalIn(mark, reformat.through.axis, slab);
    return cut ? [{ slice: mark.slice, cut }] : [];
  });
  return runsOf(cuts).map((run) => outlineOf(grid, reformat, run));
}

/**
 * How far a mark reaches along its slice, within the slab.
 * @param {SliceMark} mark
 * @param {number} through  0: the plane cuts across rows, 1: across columns
 * @param {Interval} slab
 * @returns {Interval | null}
 */
function intervalIn({ outlines, isClosed }, through, slab) {
  const [along, across] = through === 1 ? ["x", "y"] : ["y", "x"];
  const places = outlines.map((line) =>
    line.map((point) => ({ x: point[/** @type {"x"} */ (along)], y: point[/** @type {"x"} */ (across)] })),
  );
  const band = /** @type {Interval} */ ([slab[0] + 0.5 - 1e-9, slab[1] - 0.5 + 1e-9]);
  // Closed shapes are cut through the middle of voxels, as the picture is; thin ones have to lie in the slab.
  const reach = isClosed ? band : slab;
  const found = places.flatMap((line) => clippedTo(line, reach));
  if (!found.length) return null;
  const { x, width } = boundsOf(found);
  const spare = Math.max(0, THINNEST - width) / 2;
  return isClosed ? [x, x + width] : [x - spare, x + width + spare];
}

/**
 * The points of a line within a band, and where it goes in and out of it.
 * @param {Point[]} line
 * @param {Interval} band  of y
 * @returns {Point[]}
 */
function clippedTo(line, [low, high]) {
  const inside = line.filter(({ y }) => y >= low && y <= high);
  const crossings = line.slice(1).flatMap((to, index) => {
    const from = line[index];
    return [low, high]
      .filter((edge) => from.y < edge !== to.y < edge)
      .map((edge) => ({ x: from.x + ((to.x - from.x) * (edge - from.y)) / (to.y - from.y), y: edge }));
  });
  return [...inside, ...crossings];
}

/** @typedef {{slice: number, cut: Interval}} SliceCut */

/**
 * Slices that follow each other and overlap, one list for each run of them.
 * @param {SliceCut[]} cuts
 * @returns {SliceCut[][]}
 */
function runsOf(cuts) {
  /** @type {SliceCut[][]} */
  const runs = [];
  for (const each of [...cuts].sort((one, other) => one.slice - other.slice)) {
    const run = runs.find((other) => follows(other[other.length - 1], each));
    if (run) run.push(each);
    else runs.push([each]);
  }
  return runs;
}

/**
 * @param {SliceCut} before
 * @param {SliceCut} next
 */
const follows = (before, next) =>
  next.slice === before.slice + 1 && next.cut[0] <= before.cut[1] && before.cut[0] <= next.cut[1];

/**
 * Each slice is as thick as the step to the next one.
 * @param {Grid} grid
 * @param {Reformat} reformat
 * @param {SliceCut[]} run
 * @returns {Point[]}
 */
function outlineOf(grid, reformat, run) {
  const along = reformat.through.axis === 1 ? 0 : 1;
  const at = (/** @type {number} */ place, /** @type {number} */ slice) => {
    const voxel = [0, 0, slice];
    voxel[along] = place;
    return onReformat(grid, reformat, voxel);
  };
  const near = run.flatMap(({ slice, cut }) => [at(cut[0], slice), at(cut[0], slice + 1)]);
  const far = run.flatMap(({ slice, cut }) => [at(cut[1], slice), at(cut[1], slice + 1)]);
  return closed([...near, ...far.reverse()]);
}
