/**
 * Records written at once, before the database of the browser has them: localStorage takes a value while the tab still
 * runs, so a tab that is killed in the milliseconds that IndexedDB needs loses nothing. Each leaves as soon as the
 * database has it, so few lie here at a time.
 */

/** @typedef {import('./journal.js').Operation} Operation */

const PREFIX = "overread-ahead/";

export class Ahead {
  #prefix;

  /** @param {string} owner  user and read */
  constructor(owner) {
    this.#prefix = `${PREFIX}${owner}/`;
  }

  /** @returns {Operation[]} */
  all() {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(this.#prefix));
      return names.map((name) => JSON.parse(localStorage.getItem(name) ?? "null")).filter(Boolean);
    } catch {
      return [];
    }
  }

  /**
   * @param {Operation} operation
   * @returns {string}  what was written: a later `clear` with it leaves a newer one alone
   */
  put(operation) {
    const written = JSON.stringify(operation);
    try {
      localStorage.setItem(this.#prefix + operation.key, written);
    } catch {
      // Full or forbidden: the database is asked all the same, a few milliseconds later.
    }
    return written;
  }

  /**
   * @param {string} key
   * @param {string} [written]  only if this is still what stands there
   */
  clear(key, written) {
    try {
      const name = this.#prefix + key;
      if (written === undefined || localStorage.getItem(name) === written) localStorage.removeItem(name);
    } catch {
      // Nothing could be written either.
    }
  }
}
