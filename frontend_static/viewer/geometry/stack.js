/** How the images of a series lie in the patient: as a volume, as a stack with faults, or nowhere. Pure. */

import { cross, displayOf, dot, placeAlongNormal, planeOf } from "./space.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('./space.js').Plane} Plane */
/** @typedef {import('./space.js').Vector} Vector */
/** @typedef {{after: number, before: number, missing: number, step_mm: number}} Gap  image numbers, from 1 */

/**
 * @typedef {object} Stack
 * @property {"volume" | "stack" | "none"} kind  volume: evenly spaced, one above the other, each place once
 * @property {number | null} spacing_mm  from slice to slice
 * @property {Gap[]} gaps
 * @property {[number, number][]} duplicates  numbers of images at one place
 * @property {boolean} isMixed  images lie in different orientations
 * @property {string} reason  why it is no volume, in words; "" for a volume
 * @property {string} fault  the same in a word or two, where a reader of slices has to know it
 * @property {FrameRef[]} refs  in the order of their places along the normal
 */

// Fewer say nothing about a step being even.
const FEWEST = 3;
// Directions in files are rounded: half a degree apart is the same direction.
const SAME_DIRECTION = Math.cos(Math.PI / 360);
// Positions are rounded too: steps may differ by this share of the step, or by this much, whichever is more.
const EVEN_SHARE = 0.05;
const EVEN_MM = 0.05;
// A step shorter than this share of the others leads to the same place again.
const SAME_PLACE = 0.1;
// Slices that slide sideways by more than this over the whole stack do not stand above each other.
const UPRIGHT_MM = 1;

/**
 * @param {FrameRef[]} frames  of one series
 * @returns {Stack}
 */
export function analyseStack(frames) {
  const nowhere = (/** @type {string} */ reason) => ({ ...EMPTY, refs: frames, reason });
  if (frames.length === 1) return nowhere("there is one image only");
  const planes = frames.map(planeOf);
  if (planes.every((plane) => plane === null)) return nowhere("the images do not say where they lie in the patient");
  if (planes.includes(null)) return nowhere("some images do not say where they lie in the patient");
  const placed = /** @type {Plane[]} */ (planes);
  if (placed.some((plane) => !liesAs(placed[0], plane)))
    return { ...EMPTY, ...MIXED, refs: frames };
  return analyseParallel(frames, placed);
}

/** @type {Stack} */
const EMPTY = { kind: "none", spacing_mm: null, gaps: [], duplicates: [], isMixed: false, reason: "", fault: "", refs: [] };

/** @type {Partial<Stack>} */
const MIXED = {
  kind: "stack",
  isMixed: true,
  reason: "the images lie in different orientations",
  fault: "Mixed orientations",
};

/** @type {WeakMap<FrameRef[], Stack>} */
const known = new WeakMap();

/**
 * The same, worked out once.
 * @param {FrameRef[]} frames  of one series
 */
export function stackOf(frames) {
  const stack = known.get(frames) ?? analyseStack(frames);
  known.set(frames, stack);
  return stack;
}

/**
 * @param {FrameRef[]} frames
 * @param {Plane[]} planes
 * @returns {Stack}
 */
function analyseParallel(frames, planes) {
  const { normal } = planes[0];
  const placed = frames.map((ref, index) => ({
    ref,
    plane: planes[index],
    place: placeAlongNormal({ ...planes[index], normal }),
  }));
  placed.sort((one, other) => one.place - other.place || one.ref.index - other.ref.index);
  const steps = placed.slice(1).map(({ place }, index) => place - placed[index].place);
  const refs = placed.map(({ ref }) => ref);
  const usual = usualStep(steps);
  const duplicates = pairsWhere(refs, steps, (step) => step < usual * SAME_PLACE || step < 1e-3);
  const gaps = gapsIn(refs, steps, usual);
  const faults = [
    [duplicates.length ? "there are several images at one position: echoes or phases" : "", "Several at one position"],
    [differingSize(placed), "Different sizes"],
    [gapWords(gaps), "Slices missing"],
    [unevenWords(steps, usual), "Uneven spacing"],
    [slantWords(placed.map(({ plane }) => plane)), "Tilted or shifted"],
    [refs.length < FEWEST ? "there are fewer than three slices" : "", ""],
  ];
  const [reason, fault] = faults.find(([words]) => words) ?? ["", ""];
  const even = (placed[placed.length - 1].place - placed[0].place) / steps.length;
  const spacing_mm = usual > 0 ? (reason ? usual : even) : null;
  return { kind: reason ? "stack" : "volume", spacing_mm, gaps, duplicates, isMixed: false, reason, fault, refs };
}

/**
 * The median of the steps that lead somewhere.
 * @param {number[]} steps
 */
function usualStep(steps) {
  const real = steps.filter((step) => step > 1e-3).sort((one, other) => one - other);
  return real[Math.floor(real.length / 2)] ?? 0;
}

/** @param {number} usual */
const tolerance = (usual) => Math.max(EVEN_MM, usual * EVEN_SHARE);

/**
 * @param {FrameRef[]} refs
 * @param {number[]} steps
 * @param {(step: number) => boolean} test
 * @returns {[number, number][]}
 */
function pairsWhere(refs, steps, test) {
  return steps.flatMap((step, index) =>
    test(step) ? [/** @type {[number, number]} */ ([refs[index].index + 1, refs[index + 1].index + 1])] : [],
  );
}

/**
 * Steps that are a whole number of usual steps.
 * @param {FrameRef[]} refs
 * @param {number[]} steps
 * @param {number} usual
 * @returns {Gap[]}
 */
function gapsIn(refs, steps, usual) {
  return steps.flatMap((step, index) => {
    const count = Math.round(step / usual);
    if (!(usual > 0) || count < 2 || Math.abs(step - count * usual) > count * tolerance(usual)) return [];
    const pair = [refs[index].index + 1, refs[index + 1].index + 1].sort((one, other) => one - other);
    return [{ after: pair[0], before: pair[1], missing: count - 1, step_mm: step }];
  });
}

const COUNTS = ["no", "one slice is", "two slices are", "three slices are", "four slices are", "five slices are"];

/** @param {Gap[]} gaps */
function gapWords(gaps) {
  const [gap] = gaps;
  if (!gap) return "";
  const words = COUNTS[gap.missing] ?? `${gap.missing} slices are`;
  const others = gaps.length > 1 ? `, and more at ${gaps.length - 1} other ${gaps.length > 2 ? "places" : "place"}` : "";
  return `${words} missing between image ${gap.after} and ${gap.before}${others}`;
}

/**
 * @param {number[]} steps
 * @param {number} usual
 */
function unevenWords(steps, usual) {
  if (steps.every((step) => Math.abs(step - usual) <= tolerance(usual))) return "";
  const ends = [Math.min(...steps), Math.max(...steps)].map((step) => step.toFixed(1));
  return `the slice spacing varies between ${ends[0]} and ${ends[1]} mm`;
}

/** @param {{ref: FrameRef, plane: Plane}[]} placed */
function differingSize(placed) {
  const sizes = placed.map(({ ref: { instance }, plane: { columns, rows, perColumn, perRow } }) =>
    [columns, rows, instance.bits, instance.is_signed, Math.hypot(...perColumn).toFixed(4), Math.hypot(...perRow).toFixed(4)].join(),
  );
  return new Set(sizes).size > 1 ? "the images have different sizes" : "";
}

/**
 * Each slice shifted against the one before, as a tilted gantry does it, or now and then.
 * @param {Plane[]} planes  in order
 */
function slantWords(planes) {
  const [first] = planes;
  const last = planes[planes.length - 1];
  const most = Math.max(UPRIGHT_MM, Math.hypot(...first.perColumn), Math.hypot(...first.perRow));
  const slides = planes.map((plane) => sideways(first, plane));
  if (Math.max(...slides.map(({ shift }) => shift)) <= most) return "";
  const { shift, height } = sideways(first, last);
  const isSteady = slides.every((each) => Math.abs(each.shift - (shift * each.height) / height) <= most);
  if (!isSteady) return "the slices are shifted sideways against each other";
  const degrees = (Math.atan2(shift, height) * 180) / Math.PI;
  return `the gantry was tilted: the slices slide by ${degrees.toFixed(1)}°`;
}

/**
 * @param {Plane} from
 * @param {Plane} to
 */
function sideways(from, to) {
  const way = /** @type {Vector} */ (to.corner.map((each, axis) => each - from.corner[axis]));
  const height = Math.abs(dot(way, from.normal));
  return { shift: Math.hypot(...cross(way, from.normal)), height };
}

/**
 * @param {Plane} a
 * @param {Plane} b
 */
function liesAs(a, b) {
  const unit = (/** @type {Vector} */ vector) => vector.map((each) => each / Math.hypot(...vector));
  const isSame = (/** @type {Vector} */ one, /** @type {Vector} */ other) =>
    dot(/** @type {Vector} */ (unit(one)), /** @type {Vector} */ (unit(other))) >= SAME_DIRECTION;
  return a.space === b.space && isSame(a.perColumn, b.perColumn) && isSame(a.perRow, b.perRow);
}

const MODALITIES = new Set(["CT", "MR", "PT"]);

/**
 * Why a series cannot be shown in other planes, in words; "" where it can.
 * @param {string} modality
 * @param {Stack} stack
 */
export function reasonAgainstReformat(modality, { kind, reason, refs }) {
  const [first] = refs;
  if (!first) return "there are no images";
  if (!MODALITIES.has(modality)) return `${modality} images are not slices of a volume`;
  if (kind !== "volume") return reason;
  if (first.instance.samples_per_pixel !== 1) return "the images are in colour";
  if (refs.some(({ instance }) => instance.not_displayable)) return "some images cannot be shown";
  if (refs.some(({ instance }) => instance.bits === 32)) return "the files have values of 32 bits";
  if (refs.some((ref) => displayOf(ref).modality_lut)) return "the files turn stored values into others by a table";
  return "";
}
