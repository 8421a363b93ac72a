/** Panes that follow each other: in the stack, in window, zoom and pan. Each can be switched. */

import { isParallel, nearestFrame, planeOf, sharesSpace, toPatient } from "../geometry/space.js";
import { Signal } from "../store/signal.js";

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../image/windows.js').Choice} Choice */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').LinkStates} LinkStates */
/** @typedef {keyof LinkStates} LinkKind */

/**
 * What the reader has just done in one pane, for those that are linked. `at`: from the pane's centre, in parts of its size.
 * @typedef {{kind: "scroll", from: number, to: number} | {kind: "window", choice: Choice | null} | {kind: "invert"}
 *   | {kind: "zoom", factor: number, at: Point} | {kind: "fit"} | {kind: "pan", dx: number, dy: number}} Move
 */

/** @type {LinkKind[]} */
export const LINK_KINDS = ["scroll", "window", "zoom", "pan"];

export class Links {
  /** A link was switched. @type {Signal<void>} */
  changed = new Signal();
  /** @type {LinkStates} */
  states = { scroll: false, window: false, zoom: false, pan: false };
  #screen;
  #isFollowing = false;
  /**
   * Where stacks without common coordinates stood when they began to go together: the end of one of them, reached on the
   * way, does not shift it against the others.
   * @type {Map<Viewport, {seriesIndex: number, frameIndex: number}>}
   */
  #beginnings = new Map();

  /** @param {Screen} screen */
  constructor(screen) {
    this.#screen = screen;
    const wire = (/** @type {Pane} */ { viewport }) =>
      viewport.moved.listen((move) => this.#lead(viewport, move));
    screen.panes.forEach(wire);
    screen.paneMade.listen(wire);
  }

  /** @param {Partial<LinkStates>} states  those not named are off */
  set(states) {
    for (const kind of LINK_KINDS) this.states[kind] = Boolean(states[kind]);
    this.#beginnings.clear();
    this.changed.emit();
  }

  /** @param {LinkKind} kind */
  toggle(kind) {
    this.states[kind] = !this.states[kind];
    this.#beginnings.clear();
    if (kind === "scroll" && this.states.scroll) {
      const { viewport } = this.#screen.active;
      this.#eachOther(viewport, (other) => followPlace(viewport, other));
    }
    this.changed.emit();
  }

  /**
   * @param {Viewport} leader
   * @param {Move} move
   */
  #lead(leader, move) {
    if (move.kind === "scroll" && this.states.scroll) {
      if (this.#isFollowing) return;
      const beginning = this.#beginningsFor(leader, move.from);
      const offset = move.to - beginning(leader);
      this.#eachOther(leader, (other) => {
        if (!followPlace(leader, other)) other.show(other.seriesIndex, beginning(other) + offset);
      });
      return;
    }
    const kind = { scroll: null, window: "window", invert: "window", zoom: "zoom", fit: "zoom", pan: "pan" }[move.kind];
    if (kind && this.states[/** @type {LinkKind} */ (kind)])
      this.#eachOther(leader, (other) => follow(leader, other, move, this.states));
  }

  /**
   * @param {Viewport} leader
   * @param {(other: Viewport) => void} action
   */
  #eachOther(leader, action) {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    try {
      for (const { viewport } of this.#screen.panes)
        if (viewport !== leader && !viewport.isEmpty) action(viewport);
    } finally {
      this.#isFollowing = false;
    }
  }

  /**
   * Where each pane began; anew when another picture has come into one of them.
   * @param {Viewport} leader
   * @param {number} from  where the leader was before this move
   */
  #beginningsFor(leader, from) {
    const all = this.#screen.panes.map(({ viewport }) => viewport);
    if (all.some((each) => this.#beginnings.get(each)?.seriesIndex !== each.seriesIndex)) {
      const placeOf = (/** @type {Viewport} */ each) => (each === leader ? from : each.frameIndex);
      this.#beginnings = new Map(
        all.map((each) => [each, { seriesIndex: each.seriesIndex, frameIndex: placeOf(each) }]),
      );
    }
    return (/** @type {Viewport} */ each) => this.#beginnings.get(each)?.frameIndex ?? 0;
  }
}

/**
 * Show the slice at the same place of the patient. Says false where the two have no common coordinates.
 * @param {Viewport} leader
 * @param {Viewport} other
 */
function followPlace(leader, other) {
  const [plane, own] = [leader.asked, other.asked].map((ref) => (ref ? planeOf(ref) : null));
  if (!plane || !own || !sharesSpace(plane, own)) return false;
  if (!isParallel(plane, own)) return true;
  const centre = toPatient(plane, { x: plane.columns / 2, y: plane.rows / 2 });
  const found = nearestFrame(other.series.frames, centre, plane.space);
  if (found) other.show(other.seriesIndex, found.ref.index);
  return true;
}

/**
 * @param {Viewport} leader
 * @param {Viewport} other
 * @param {Move} move
 * @param {LinkStates} states
 */
function follow(leader, other, move, states) {
  // Pictures hung edge to edge mirror each other.
  const side = leader.align && other.align && leader.align !== other.align ? -1 : 1;
  switch (move.kind) {
    case "pan":
      return other.pan(move.dx * side, move.dy);
    case "zoom": {
      const at = states.pan ? { x: move.at.x * side, y: move.at.y } : { x: 0, y: 0 };
      const { width, height } = other.size;
      return other.zoomBy(move.factor, { x: (at.x + 0.5) * width, y: (at.y + 0.5) * height });
    }
    case "fit":
      return other.fit();
    case "window":
      return followWindow(leader, other, move.choice);
    case "invert":
      if (isAlike(leader, other)) other.toggleInversion();
  }
}

/**
 * @param {Viewport} leader
 * @param {Viewport} other
 * @param {Choice | null} choice
 */
function followWindow(leader, other, choice) {
  if (!isAlike(leader, other)) return;
  const display = other.asked?.instance.display;
  const isInFile = (/** @type {number} */ index) =>
    Boolean(display && index < display.voi_luts.length + display.windows.length);
  if (choice?.kind !== "file" || isInFile(choice.index)) other.chooseWindow(choice);
}

/**
 * Windows mean the same in pictures of one modality only.
 * @param {Viewport} leader
 * @param {Viewport} other
 */
function isAlike(leader, other) {
  const isGrey = [leader, other].every(({ asked }) => asked?.instance.samples_per_pixel === 1);
  return isGrey && leader.series.modality === other.series.modality;
}
