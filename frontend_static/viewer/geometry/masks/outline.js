/** The rim of a mask along the edges of its pixels, as closed lines. Pieces that only touch at a corner stay apart. */

import { unlike } from "./runs.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('../../types.js').Point} Point */

/**
 * @param {Mask} mask
 * @returns {Point[][]}  each repeats its first point; inside lies to the right
 */
export function outlinesOfMask(mask) {
  const width = mask.columns.length + 1;
  const edges = edgesOf(mask, width);
  /** @type {Point[][]} */
  const lines = [];
  for (const start of edges.starts) {
    const line = lineFrom(start, edges.next, width);
    if (line.length) lines.push(line);
  }
  return lines;
}

/**
 * Directed edges from corner to corner. A corner where two pieces touch has two that lead away: the second is kept
 * apart. Corners are numbered row by row.
 * @param {Mask} mask
 * @param {number} width
 */
function edgesOf({ columns }, width) {
  /** @type {Map<number, number[]>} */
  const next = new Map();
  /** @type {number[]} */
  const starts = [];
  const add = (/** @type {number} */ from, /** @type {number} */ to) => {
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  };
  for (let column = 0; column <= columns.length; column += 1) {
    const runs = columns[column] ?? [];
    const before = columns[column - 1] ?? [];
    if (!runs.length && !before.length) continue;
    for (let index = 0; index < runs.length; index += 2) {
      add(runs[index] * width + column, runs[index] * width + column + 1);
      add(runs[index + 1] * width + column + 1, runs[index + 1] * width + column);
      starts.push(runs[index] * width + column);
    }
    addSides(runs, before, (from, to) => add(from * width + column, to * width + column));
  }
  return { next, starts };
}

/**
 * The edges between two columns: down where the inside is in the left one, up where it is in the right one.
 * @param {import('./runs.js').Runs} runs
 * @param {import('./runs.js').Runs} before
 * @param {(from: number, to: number) => void} add
 */
function addSides(runs, before, add) {
  // Cut at every end of either, so that each piece has one way.
  const cuts = [...new Set([...runs, ...before])].sort((a, b) => a - b);
  const changed = unlike(runs, before);
  let [each, inRuns] = [0, 0];
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const [from, to] = [cuts[index], cuts[index + 1]];
    while (changed[each + 1] <= from) each += 2;
    while (runs[inRuns] <= from) inRuns += 1;
    if (!(changed[each] <= from)) continue;
    if (inRuns % 2) add(to, from);
    else add(from, to);
  }
}

/**
 * Follow the edges until they close; corners on a straight line are left out.
 * @param {number} start
 * @param {Map<number, number[]>} next
 * @param {number} width
 * @returns {Point[]}
 */
function lineFrom(start, next, width) {
  /** @type {number[]} */
  const corners = [];
  let at = start;
  let from = -1;
  for (let ways = next.get(at); ways?.length; ways = next.get(at)) {
    const to = ways.length > 1 && from >= 0 ? rightmost(from, at, ways, width) : ways[0];
    ways.splice(ways.indexOf(to), 1);
    // At the very first corner nothing leads to it yet, so it is looked at again when the line closes.
    if (from < 0 || !isStraight(from, at, to, width)) corners.push(at);
    [from, at] = [at, to];
    if (at === start) break;
  }
  if (corners.length < 4) return [];
  if (isStraight(from, start, corners[1], width)) corners.shift();
  return [...corners, corners[0]].map((corner) => ({ x: corner % width, y: Math.floor(corner / width) }));
}

/**
 * @param {number} from
 * @param {number} at
 * @param {number} to
 * @param {number} width
 */
function isStraight(from, at, to, width) {
  const [a, b] = [isAlongRow(from, at, width), isAlongRow(at, to, width)];
  return a === b;
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} width
 */
const isAlongRow = (from, to, width) => Math.floor(from / width) === Math.floor(to / width);

/**
 * Of two ways on, the one to the right, which stays at the same piece: inside lies to the right.
 * @param {number} from
 * @param {number} at
 * @param {number[]} ways
 * @param {number} width
 */
function rightmost(from, at, ways, width) {
  const step = (/** @type {number} */ a, /** @type {number} */ b) => [
    (b % width) - (a % width),
    Math.floor(b / width) - Math.floor(a / width),
  ];
  const [dx, dy] = step(from, at);
  const turn = (/** @type {number} */ to) => {
    const [x, y] = step(at, to);
    return dx * y - dy * x;
  };
  return turn(ways[0]) > turn(ways[1]) ? ways[0] : ways[1];
}
