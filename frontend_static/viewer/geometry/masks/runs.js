/**
 * Runs of rows within one column: [from, to, from, to, ...], rising, never touching, `to` behind the last row. A mask
 * keeps one such list for each column; lists are never changed in place, so masks may share them. Pure functions.
 */

/** @typedef {readonly number[]} Runs */

/** @type {Runs} */
export const NOTHING = Object.freeze([]);

/**
 * @param {Runs} one
 * @param {Runs} other
 * @param {(inOne: boolean, inOther: boolean) => boolean} keeps
 * @returns {Runs}
 */
function combined(one, other, keeps) {
  /** @type {number[]} */
  const found = [];
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    const at = Math.min(one[a] ?? Infinity, other[b] ?? Infinity);
    while (one[a] === at) a += 1;
    while (other[b] === at) b += 1;
    // An odd number of ends lie behind: within a run.
    if (keeps(a % 2 === 1, b % 2 === 1) !== (found.length % 2 === 1)) found.push(at);
  }
  return found.length ? found : NOTHING;
}

/**
 * @param {Runs} one
 * @param {Runs} other
 * @returns {Runs}
 */
export function united(one, other) {
  if (!one.length) return other;
  if (!other.length) return one;
  return combined(one, other, (inOne, inOther) => inOne || inOther);
}

/**
 * @param {Runs} one
 * @param {Runs} other
 * @returns {Runs}
 */
export function without(one, other) {
  return one.length && other.length ? combined(one, other, (inOne, inOther) => inOne && !inOther) : one;
}

/**
 * @param {Runs} one
 * @param {Runs} other
 * @returns {Runs}
 */
export function common(one, other) {
  return one.length && other.length ? combined(one, other, (inOne, inOther) => inOne && inOther) : NOTHING;
}

/**
 * What lies in one of them alone.
 * @param {Runs} one
 * @param {Runs} other
 * @returns {Runs}
 */
export function unlike(one, other) {
  if (!one.length) return other;
  if (!other.length) return one;
  return combined(one, other, (inOne, inOther) => inOne !== inOther);
}

/**
 * @param {Runs} runs
 * @param {number} row
 */
export function holds(runs, row) {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle] <= row) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** @param {Runs} runs */
export function countIn(runs) {
  let count = 0;
  for (let index = 0; index < runs.length; index += 2) count += runs[index + 1] - runs[index];
  return count;
}
