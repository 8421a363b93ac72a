/** A list of functions to call when something has changed. */

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
