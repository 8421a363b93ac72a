/** Axial, coronal and sagittal planes through a volume along the axes it was acquired in. Pure. */

import { planeOf } from "./space.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./space.js').Vector} Vector */
/** @typedef {import('./stack.js').Stack} Stack */
/** @typedef {"axial" | "coronal" | "sagittal"} PlaneName */
/** @typedef {"mean" | "max" | "min"} SlabMode */
/** @typedef {{axis: number, isReversed: boolean}} Side  one acquisition axis, and whether it is gone along backwards */

/**
 * A volume of voxels. Axis 0 goes along rows, 1 along columns, 2 from slice to slice. Places on an axis are counted in
 * voxels from the outer corner, as image coordinates are.
 * @typedef {object} Grid
 * @property {[number, number, number]} counts
 * @property {[number, number, number]} steps_mm
 * @property {[Vector, Vector, Vector]} axes  of length 1
 * @property {Vector} corner  outer corner of the first voxel
 */

/**
 * All parallel planes of one name. Pixels are squares; the last ones may reach beyond the volume by less than a pixel.
 * @typedef {object} Reformat
 * @property {PlaneName} name
 * @property {Side} across  what a row of the picture goes along
 * @property {Side} down
 * @property {Side} through  from one picture to the next
 * @property {number} pixel_mm
 * @property {number} columns
 * @property {number} rows
 * @property {number} count  of pictures: one for each layer of voxels
 * @property {number} step_mm
 */

/** @type {PlaneName[]} */
export const PLANES = ["axial", "coronal", "sagittal"];

// As pictures are hung: axial seen from the feet, the patient's right at the left; coronal seen from the front; sagittal
// with the front at the left. Patient axes: 0 to the left, 1 to the back, 2 to the head.
/** @type {Record<PlaneName, {across: [number, number], down: [number, number], through: [number, number]}>} */
const UPRIGHT = {
  axial: { across: [0, 1], down: [1, 1], through: [2, 1] },
  coronal: { across: [0, 1], down: [2, -1], through: [1, 1] },
  sagittal: { across: [1, 1], down: [2, -1], through: [0, -1] },
};

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/**
 * @param {Stack} stack  a volume
 * @returns {Grid}
 */
export function gridOf({ refs, spacing_mm: step }) {
  const plane = planeOf(refs[0]);
  if (!plane || !step) throw new Error("these images are no volume");
  const { perColumn, perRow, normal, corner } = plane;
  const [column_mm, row_mm] = [Math.hypot(...perColumn), Math.hypot(...perRow)];
  return {
    counts: [plane.columns, plane.rows, refs.length],
    steps_mm: [column_mm, row_mm, step],
    axes: [scaled(perColumn, 1 / column_mm), scaled(perRow, 1 / row_mm), normal],
    corner: added(corner, scaled(normal, -step / 2)),
  };
}

/**
 * For each patient axis the acquisition axis that is nearest to it, each one once.
 * @param {Grid} grid
 */
function nearestAxes({ axes }) {
  const likeness = (/** @type {number[]} */ order) =>
    order.reduce((sum, axis, patient) => sum + Math.abs(axes[axis][patient]), 0);
  return ORDERS.reduce((best, order) => (likeness(order) > likeness(best) + 1e-9 ? order : best));
}

/**
 * @param {Grid} grid
 * @param {PlaneName} name
 * @returns {Reformat}
 */
export function reformatOf(grid, name) {
  const nearest = nearestAxes(grid);
  const side = (/** @type {[number, number]} */ [patient, sign]) => {
    const axis = nearest[patient];
    return { axis, isReversed: grid.axes[axis][patient] * sign < 0 };
  };
  const [across, down, through] = [UPRIGHT[name].across, UPRIGHT[name].down, UPRIGHT[name].through].map(side);
  const pixel_mm = Math.min(grid.steps_mm[across.axis], grid.steps_mm[down.axis]);
  const pixels = (/** @type {Side} */ { axis }) => Math.max(1, Math.ceil(extent(grid, axis) / pixel_mm - 1e-6));
  return {
    name,
    across,
    down,
    through,
    pixel_mm,
    columns: pixels(across),
    rows: pixels(down),
    count: grid.counts[through.axis],
    step_mm: grid.steps_mm[through.axis],
  };
}

/**
 * @param {Grid} grid
 * @param {number} axis
 */
const extent = ({ counts, steps_mm: steps }, axis) => counts[axis] * steps[axis];

/**
 * The layer of voxels that a picture shows.
 * @param {Reformat} reformat
 * @param {number} index  of the picture, from 0
 */
export const layerOf = ({ through, count }, index) => (through.isReversed ? count - 1 - index : index);

/**
 * A slab has an odd number of layers, so that its middle is a layer.
 * @param {Reformat} reformat
 * @param {number} thickness_mm
 * @returns {number}
 */
export function layersIn({ step_mm: step, count }, thickness_mm) {
  const half = Math.max(0, Math.round((thickness_mm / step - 1) / 2));
  return 1 + 2 * Math.min(half, Math.floor(count / 2));
}

/**
 * @param {Grid} grid
 * @param {Reformat} reformat
 * @param {number} index
 * @returns {Vector}  of the first pixel's centre (ImagePositionPatient)
 */
export function positionOf(grid, reformat, index) {
  const { across, down, through, pixel_mm: pixel } = reformat;
  const start = (/** @type {Side} */ { axis, isReversed }) => (isReversed ? extent(grid, axis) - pixel / 2 : pixel / 2);
  const depth = (layerOf(reformat, index) + 0.5) * reformat.step_mm;
  return [
    { axis: across.axis, mm: start(across) },
    { axis: down.axis, mm: start(down) },
    { axis: through.axis, mm: depth },
  ].reduce((place, { axis, mm }) => added(place, scaled(grid.axes[axis], mm)), grid.corner);
}

/**
 * @param {Grid} grid
 * @param {Reformat} reformat
 * @returns {number[]}  as ImageOrientationPatient
 */
export function orientationOf(grid, { across, down }) {
  return [across, down].flatMap(({ axis, isReversed }) => scaled(grid.axes[axis], isReversed ? -1 : 1));
}

/**
 * @param {Grid} grid
 * @param {Reformat} reformat
 * @param {number[]} place  in voxels along the acquisition axes
 * @returns {Point}  image pixels of the reformatted picture
 */
export function onReformat(grid, { across, down, pixel_mm: pixel }, place) {
  const along = (/** @type {Side} */ { axis, isReversed }) => {
    const mm = place[axis] * grid.steps_mm[axis];
    return (isReversed ? extent(grid, axis) - mm : mm) / pixel;
  };
  return { x: along(across), y: along(down) };
}

/**
 * @param {Vector} vector
 * @param {number} factor
 * @returns {Vector}
 */
const scaled = ([x, y, z], factor) => [x * factor, y * factor, z * factor];

/**
 * @param {Vector} a
 * @param {Vector} b
 * @returns {Vector}
 */
const added = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
