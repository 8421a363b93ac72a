/** A list of functions to call when something has changed, and when to do what need not be done at once. */

/** @template T */
export class Signal {
  /** @type {Set<(value: T) => void>} */
  #listeners = new Set();

  /** @param {(value: T) => void} listener */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /** @param {T} value */
  emit(value) {
    for (const listener of this.#listeners) listener(value);
  }
}

/**
 * Call at once, then at most once in `ms` while calls keep coming; the last one is always followed by a call. For what
 * stands beside the pictures: drawn with each of them, words would cost as much as the picture itself (measured).
 * @param {() => void} action
 * @param {number} [ms]
 */
export function calmly(action, ms = 33) {
  let isResting = false;
  let isWanted = false;
  function rest() {
    isResting = true;
    setTimeout(() => {
      isResting = false;
      if (isWanted) now();
    }, ms);
  }
  function now() {
    isWanted = false;
    action();
    rest();
  }
  return () => {
    if (isResting) isWanted = true;
    else now();
  };
}

// Shorter than the time between two pictures of the screen.
const INSTANT_MS = 8;

/**
 * Go through steps so that keys and pictures come between them: a first instant at once, the rest later.
 * @template Result
 * @param {Generator<undefined, Result, undefined>} steps
 * @param {() => boolean} isWanted  still
 * @param {(result: Result, isLater: boolean) => void} finish
 */
export function inInstants(steps, isWanted, finish) {
  let isLater = false;
  function go() {
    if (!isWanted()) return;
    const end = performance.now() + INSTANT_MS;
    let step = steps.next();
    while (!step.done && performance.now() < end) step = steps.next();
    if (step.done) return finish(step.value, isLater);
    isLater = true;
    setTimeout(go);
  }
  go();
}
