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
  const cuts = marks.flatMap((mark) =>
    intervalsIn(mark, reformat.through.axis, slab).map((cut) => ({ slice: mark.slice, cut })),
  );
  return runsOf(cuts).map((run) => outlineOf(grid, reformat, run));
}

/**
 * Where a mark is along its slice, within the slab.
 * @param {SliceMark} mark
 * @param {number} through  0: the plane cuts across rows, 1: across columns
 * @param {Interval} slab
 * @returns {Interval[]}
 */
function intervalsIn({ outlines, isClosed }, through, slab) {
  const lines = through === 1 ? outlines : outlines.map((line) => line.map(({ x, y }) => ({ x: y, y: x })));
  if (!isClosed) return thinIn(lines, slab);
  // Closed shapes are cut through the middle of voxels, as the picture is.
  const layers = Array.from({ length: slab[1] - slab[0] }, (_, index) => slab[0] + index + 0.5);
  return joined(layers.flatMap((y) => insideAt(lines, y)));
}

/**
 * Points and lines that lie in the slab.
 * @param {Point[][]} lines
 * @param {Interval} slab
 * @returns {Interval[]}
 */
function thinIn(lines, slab) {
  const found = lines.flatMap((line) => clippedTo(line, slab));
  if (!found.length) return [];
  const { x, width } = boundsOf(found);
  const spare = Math.max(0, THINNEST - width) / 2;
  return [[x - spare, x + width + spare]];
}

/**
 * What closed outlines enclose of a line, even-odd.
 * @param {Point[][]} lines
 * @param {number} y
 * @returns {Interval[]}
 */
function insideAt(lines, y) {
  const places = lines.flatMap((line) =>
    line.slice(1).flatMap((to, index) => {
      const from = line[index];
      return from.y < y !== to.y < y ? [from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y)] : [];
    }),
  );
  places.sort((one, other) => one - other);
  return Array.from({ length: Math.floor(places.length / 2) }, (_, index) => [places[2 * index], places[2 * index + 1]]);
}

/**
 * @param {Interval[]} intervals
 * @returns {Interval[]}  those that overlap are one
 */
function joined(intervals) {
  /** @type {Interval[]} */
  const all = [];
  for (const [from, to] of [...intervals].sort((one, other) => one[0] - other[0])) {
    const last = all[all.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
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
