/** The rim of a mask along the edges of its pixels, as closed lines. Pieces that only touch at a corner stay apart. */

import { NOTHING, unlike } from "./runs.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('./runs.js').Runs} Runs */
/** @typedef {import('../../types.js').Point} Point */

const NONE = -1;

/**
 * @param {Mask} mask
 * @returns {Point[][]}  each repeats its first point; inside lies to the right
 */
export function outlinesOfMask({ columns }) {
  const corners = new Corners();
  let [left, before] = [/** @type {number[]} */ ([]), NOTHING];
  for (let column = 0; column <= columns.length; column += 1) {
    const runs = columns[column] ?? NOTHING;
    if (!runs.length && !before.length) continue;
    const rows = endsOf(before, runs);
    const right = rows.map((row) => corners.add(column, row));
    corners.joinAcross(before, left, rows, right);
    corners.joinDown(runs, before, rows, right);
    left = cornersAt(runs, rows, right);
    before = runs;
  }
  return corners.lines();
}

/**
 * The ends of both, rising, each once.
 * @param {Runs} one
 * @param {Runs} other
 */
function endsOf(one, other) {
  /** @type {number[]} */
  const ends = [];
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    const at = Math.min(one[a] ?? Infinity, other[b] ?? Infinity);
    if (one[a] === at) a += 1;
    if (other[b] === at) b += 1;
    ends.push(at);
  }
  return ends;
}

/**
 * @param {Runs} runs
 * @param {number[]} rows  all ends of runs among them
 * @param {number[]} corners  at these rows
 */
function cornersAt(runs, rows, corners) {
  let each = 0;
  return runs.map((row) => {
    while (rows[each] < row) each += 1;
    return corners[each];
  });
}

/** Corners of pixels and the edges that lead from one to the next; two from where pieces touch at a corner. */
class Corners {
  /** @type {number[]} */
  #columns = [];
  /** @type {number[]} */
  #rows = [];
  /** @type {number[]} */
  #next = [];
  /** The second edge. @type {number[]} */
  #other = [];

  /**
   * @param {number} column
   * @param {number} row
   */
  add(column, row) {
    this.#columns.push(column);
    this.#next.push(NONE);
    this.#other.push(NONE);
    return this.#rows.push(row) - 1;
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #join(from, to) {
    if (this.#next[from] === NONE) this.#next[from] = to;
    else this.#other[from] = to;
  }

  /**
   * The upper and lower edges of a column's runs: along their tops to the right, along their bottoms to the left.
   * @param {Runs} runs
   * @param {number[]} left  corners at the ends of the runs
   * @param {number[]} rows  of all corners to the right
   * @param {number[]} right
   */
  joinAcross(runs, left, rows, right) {
    cornersAt(runs, rows, right).forEach((corner, index) => {
      if (index % 2) this.#join(corner, left[index]);
      else this.#join(left[index], corner);
    });
  }

  /**
   * The edges between two columns: down where the inside is in the left one, up where it is in the right one.
   * @param {Runs} runs
   * @param {Runs} before
   * @param {number[]} rows  of all ends of both
   * @param {number[]} corners
   */
  joinDown(runs, before, rows, corners) {
    const changed = unlike(runs, before);
    let [each, inRuns] = [0, 0];
    for (let index = 0; index + 1 < rows.length; index += 1) {
      while (changed[each + 1] <= rows[index]) each += 2;
      while (runs[inRuns] <= rows[index]) inRuns += 1;
      if (!(changed[each] <= rows[index])) continue;
      if (inRuns % 2) this.#join(corners[index + 1], corners[index]);
      else this.#join(corners[index], corners[index + 1]);
    }
  }

  /** @returns {Point[][]} */
  lines() {
    /** @type {Point[][]} */
    const found = [];
    for (let start = 0; start < this.#rows.length; start += 1) {
      while (this.#next[start] !== NONE) found.push(this.#lineFrom(start));
    }
    return found;
  }

  /**
   * Follow the edges until they close; corners on a straight line are left out.
   * @param {number} start
   * @returns {Point[]}
   */
  #lineFrom(start) {
    /** @type {number[]} */
    const turns = [];
    let [from, at] = [NONE, start];
    do {
      const to = this.#leave(at, from);
      // At the very first corner nothing leads to it yet: it is looked at again when the line has closed.
      if (from === NONE || this.#isTurn(from, at, to)) turns.push(at);
      [from, at] = [at, to];
    } while (at !== start);
    if (!this.#isTurn(from, start, turns[1])) turns.shift();
    return [...turns, turns[0]].map((corner) => ({ x: this.#columns[corner], y: this.#rows[corner] }));
  }

  /**
   * Go along an edge, which is not gone along again. Of two the one to the right stays at the same piece.
   * @param {number} at
   * @param {number} from
   */
  #leave(at, from) {
    const [one, other] = [this.#next[at], this.#other[at]];
    const isSecond =
      other !== NONE && from !== NONE && this.#turn(from, at, other) > this.#turn(from, at, one);
    this.#next[at] = isSecond ? one : other;
    this.#other[at] = NONE;
    return isSecond ? other : one;
  }

  /**
   * @param {number} from
   * @param {number} at
   * @param {number} to
   */
  #isTurn(from, at, to) {
    return (this.#rows[from] === this.#rows[at]) !== (this.#rows[at] === this.#rows[to]);
  }

  /**
   * More than 0 to the right.
   * @param {number} from
   * @param {number} at
   * @param {number} to
   */
  #turn(from, at, to) {
    const [x, y] = [this.#columns[at] - this.#columns[from], this.#rows[at] - this.#rows[from]];
    return x * (this.#rows[to] - this.#rows[at]) - y * (this.#columns[to] - this.#columns[at]);
  }
}
