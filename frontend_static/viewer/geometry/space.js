/** Where pictures lie in the patient: between image pixels and millimetres of the patient's coordinates. Pure. */

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Display} Display */
/** @typedef {[number, number, number]} Vector  patient coordinates, mm */

/**
 * A picture in the patient (PS3.3 C.7.6.2.1.1).
 * @typedef {object} Plane
 * @property {string} space  FrameOfReferenceUID
 * @property {Vector} corner  of the outer corner of the first pixel, where our image coordinates begin
 * @property {Vector} perColumn  one pixel along a row
 * @property {Vector} perRow  one pixel along a column
 * @property {Vector} normal  of length 1
 * @property {number} columns
 * @property {number} rows
 */

// Directions in files are rounded; planes within half a degree count as parallel.
const PARALLEL = Math.cos(Math.PI / 360);

/**
 * @param {Vector} a
 * @param {Vector} b
 */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/**
 * @param {Vector} a
 * @param {Vector} b
 * @returns {Vector}
 */
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/**
 * base + a·x + b·y
 * @param {Vector} base
 * @param {Vector} a
 * @param {number} x
 * @param {Vector} b
 * @param {number} y
 * @returns {Vector}
 */
const along = (base, a, x, b, y) => [
  base[0] + a[0] * x + b[0] * y,
  base[1] + a[1] * x + b[1] * y,
  base[2] + a[2] * x + b[2] * y,
];

/** @type {WeakMap<FrameRef, Plane | null>} */
const known = new WeakMap();

/**
 * The plane of a frame; null where the file does not say, as in projection images.
 * @param {FrameRef} ref
 * @returns {Plane | null}
 */
export function planeOf(ref) {
  let plane = known.get(ref);
  if (plane === undefined) known.set(ref, (plane = newPlane(ref)));
  return plane;
}

/**
 * What is known of one frame: that of its instance, and what differs in this frame.
 * @param {FrameRef} ref
 * @returns {Display}
 */
export function displayOf({ instance: { display }, frame }) {
  const own = display.frames?.[frame - 1];
  return own ? { ...display, ...own } : display;
}

/**
 * @param {FrameRef} ref
 * @returns {Plane | null}
 */
function newPlane(ref) {
  const { position, orientation, spacing, frame_of_reference_uid: space = "" } = displayOf(ref);
  if (position?.length !== 3 || orientation?.length !== 6 || !spacing) return null;
  const alongRow = /** @type {Vector} */ (orientation.slice(0, 3));
  const alongColumn = /** @type {Vector} */ (orientation.slice(3));
  const normal = cross(alongRow, alongColumn);
  const length = Math.hypot(...normal);
  if (!(length > 0.5)) return null;
  const perColumn = along([0, 0, 0], alongRow, spacing.column_mm, alongRow, 0);
  const perRow = along([0, 0, 0], alongColumn, spacing.row_mm, alongColumn, 0);
  return {
    space,
    // ImagePositionPatient is the centre of the first pixel.
    corner: along(/** @type {Vector} */ (position), perColumn, -0.5, perRow, -0.5),
    perColumn,
    perRow,
    normal: along([0, 0, 0], normal, 1 / length, normal, 0),
    columns: ref.instance.columns,
    rows: ref.instance.rows,
  };
}

/**
 * @param {Plane} plane
 * @param {Point} point  image pixels
 * @returns {Vector}
 */
export function toPatient({ corner, perColumn, perRow }, { x, y }) {
  return along(corner, perColumn, x, perRow, y);
}

/**
 * The foot of a point on the plane, in image pixels, and how far above the plane the point lies.
 * @param {Plane} plane
 * @param {Vector} place
 * @returns {Point & {distance: number}}
 */
export function toImage({ corner, perColumn, perRow, normal }, place) {
  const from = along(place, corner, -1, corner, 0);
  const x = dot(from, perColumn) / dot(perColumn, perColumn);
  const y = dot(from, perRow) / dot(perRow, perRow);
  return { x, y, distance: dot(from, normal) };
}

/**
 * How far along its own normal the plane lies: the order of slices, in mm.
 * @param {Plane} plane
 */
export const placeAlongNormal = ({ corner, perColumn, perRow, normal }) =>
  dot(along(corner, perColumn, 0.5, perRow, 0.5), normal);

/**
 * Both in the coordinates of one frame of reference.
 * @param {Plane | null} a
 * @param {Plane | null} b
 */
export const sharesSpace = (a, b) => Boolean(a && b && a.space && a.space === b.space);

/**
 * @param {Plane} a
 * @param {Plane} b
 */
export const isParallel = (a, b) => Math.abs(dot(a.normal, b.normal)) >= PARALLEL;

/**
 * The frame nearest to a place, the point in it, and whether it shows the place: within its edges, and no farther
 * from it than half the step to the next slice.
 * @param {FrameRef[]} frames  of one series
 * @param {Vector} place
 * @param {string} space  FrameOfReferenceUID
 * @returns {{ref: FrameRef, point: Point, distance: number, isShown: boolean} | null}
 */
export function nearestFrame(frames, place, space) {
  /** @type {{ref: FrameRef, point: Point, distance: number, isShown: boolean} | null} */
  let best = null;
  for (const ref of frames) {
    const plane = planeOf(ref);
    if (!plane || !space || plane.space !== space) continue;
    const { x, y, distance } = toImage(plane, place);
    const isInside = x >= 0 && y >= 0 && x <= plane.columns && y <= plane.rows;
    if (!best || Math.abs(distance) < Math.abs(best.distance))
      best = { ref, point: { x, y }, distance, isShown: isInside };
  }
  if (best) best.isShown &&= Math.abs(best.distance) <= reachOf(best.ref, frames);
  return best;
}

/**
 * Half the step between slices, or half a slice where there is one only; never less than 1 mm.
 * @param {FrameRef} ref
 * @param {FrameRef[]} frames
 */
function reachOf(ref, frames) {
  const plane = planeOf(ref);
  const next = frames[ref.index + 1] ?? frames[ref.index - 1];
  const neighbour = next && planeOf(next);
  const step = plane && neighbour ? Math.abs(toImage(plane, neighbour.corner).distance) : 0;
  const thickness = displayOf(ref).slice_thickness ?? 0;
  return Math.max(step, thickness, 2) / 2 + 1e-3;
}

/**
 * The line in which another picture cuts this one, as far as both reach; null where they do not meet.
 * @param {Plane} plane  in which the line is drawn
 * @param {Plane} other
 * @returns {[Point, Point] | null}  image pixels of `plane`
 */
export function referenceLine(plane, other) {
  if (!sharesSpace(plane, other) || isParallel(plane, other)) return null;
  const corners = [
    [0, 0],
    [other.columns, 0],
    [other.columns, other.rows],
    [0, other.rows],
  ].map(([x, y]) => toImage(plane, toPatient(other, { x, y })));
  const cuts = corners.flatMap((from, index) => cutOf(from, corners[(index + 1) % 4]));
  if (cuts.length < 2) return null;
  // An edge that ends just on the plane gives its corner twice.
  const [first] = cuts;
  const last = cuts.reduce((one, each) => (farther(first, each, one) ? each : one));
  return clipLine(first, last, plane);
}

/**
 * Where the edge between two corners goes through the plane.
 * @param {Point & {distance: number}} from
 * @param {Point & {distance: number}} to
 * @returns {Point[]}
 */
function cutOf(from, to) {
  if (from.distance > 0 === to.distance > 0) return [];
  const share = from.distance / (from.distance - to.distance);
  return [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }];
}

/**
 * @param {Point} from
 * @param {Point} a
 * @param {Point} b
 */
const farther = (from, a, b) =>
  Math.hypot(a.x - from.x, a.y - from.y) > Math.hypot(b.x - from.x, b.y - from.y);

/**
 * The part of a line within 0..columns, 0..rows (Liang and Barsky).
 * @param {Point} from
 * @param {Point} to
 * @param {{columns: number, rows: number}} image
 * @returns {[Point, Point] | null}
 */
export function clipLine(from, to, { columns, rows }) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const sides = [
    [-dx, from.x],
    [dx, columns - from.x],
    [-dy, from.y],
    [dy, rows - from.y],
  ];
  let [start, end] = [0, 1];
  for (const [pace, room] of sides) {
    if (pace === 0 && room < 0) return null;
    if (pace < 0) start = Math.max(start, room / pace);
    if (pace > 0) end = Math.min(end, room / pace);
  }
  if (start >= end) return null;
  const at = (/** @type {number} */ share) => ({ x: from.x + dx * share, y: from.y + dy * share });
  return [at(start), at(end)];
}
