/** Steps that can be undone and redone. Undoing is itself a change: it is saved like any other. */

/** @typedef {import('./read_store.js').Change} Change */

const MERGE_MS = 1000;

export class History {
  /** @type {{changes: Change[], mergeKey?: string, at: number}[]} */
  #done = [];
  /** @type {Change[][]} */
  #undone = [];

  /**
   * @param {Change[]} changes
   * @param {string} [mergeKey]
   */
  add(changes, mergeKey) {
    const at = performance.now();
    const last = this.#done.at(-1);
    this.#undone = [];
    const isSame = last?.mergeKey === mergeKey && isOfTheSame(last?.changes ?? [], changes);
    if (last && mergeKey && isSame && at - last.at < MERGE_MS) {
      last.changes = last.changes.map((change, index) => joined(change, changes[index]));
      last.at = at;
    } else {
      this.#done.push({ changes, mergeKey, at });
    }
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** The changes that take the last step back. @returns {Change[]} */
  undo() {
    const step = this.#done.pop();
    if (!step) return [];
    this.#undone.push(step.changes);
    return step.changes.map(reversed);
  }

  /** @returns {Change[]} */
  redo() {
    const changes = this.#undone.pop();
    if (!changes) return [];
    this.#done.push({ changes, at: -Infinity });
    return changes;
  }

  /**
   * Drop the steps of a thing whose content was replaced from elsewhere.
   * @param {Change["kind"]} kind
   * @param {string} id
   */
  forget(kind, id) {
    const isOther = (/** @type {Change} */ change) => change.kind !== kind || change.id !== id;
    this.#done = this.#done.filter(({ changes }) => changes.every(isOther));
    this.#undone = this.#undone.filter((changes) => changes.every(isOther));
  }
}

/**
 * @param {Change[]} some
 * @param {Change[]} others
 */
function isOfTheSame(some, others) {
  return some.length === others.length && some.every(({ id }, index) => id === others[index].id);
}

/**
 * @param {Change} first
 * @param {Change} second
 * @returns {Change}
 */
function joined(first, second) {
  return /** @type {Change} */ ({ ...second, before: first.before });
}

/**
 * What was new is withdrawn: nothing is ever deleted.
 * @param {Change} change
 * @returns {Change}
 */
function reversed(change) {
  if (change.kind === "annotation") {
    const after = change.before ?? { ...change.after, is_withdrawn: true };
    return { ...change, before: change.after, after };
  }
  return { ...change, before: change.after, after: change.before ?? { value: null, reason: "" } };
}
