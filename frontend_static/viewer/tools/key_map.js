/** Which key does what for this reader: the keys everybody begins with, and those the reader has changed. */

import { Signal } from "../store/signal.js";

/** @typedef {{name: string, keys: string[]}} Keyed */

/** @template {Keyed} Action */
export class KeyMap {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** @type {readonly Action[]} */
  actions;
  /** @type {Map<string, string>} */
  #own;
  /** @type {Map<string, string[]>} */
  #keys = new Map();
  /** @type {Map<string, Action>} */
  #actions = new Map();

  /**
   * @param {readonly Action[]} actions
   * @param {Record<string, string>} [own]  what the reader has changed: the name of an action, its key or ""
   */
  constructor(actions, own = {}) {
    this.actions = actions;
    const names = new Set(actions.map(({ name }) => name));
    this.#own = new Map(Object.entries(own).filter(([name]) => names.has(name)));
    this.#work();
  }

  /** @param {string} name */
  keysOf(name) {
    return this.#keys.get(name) ?? [];
  }

  /** @param {string} key */
  actionOf(key) {
    return this.#actions.get(key);
  }

  /** @param {string} name */
  isChanged(name) {
    return this.#own.has(name);
  }

  /** What is kept: only what differs from what everybody begins with. */
  get own() {
    return Object.fromEntries(this.#own);
  }

  /**
   * Who else has this key.
   * @param {string} name
   * @param {string} key
   */
  conflict(name, key) {
    const action = this.actionOf(key);
    return action && action.name !== name ? action : undefined;
  }

  /**
   * Give an action a key. Who had it gets this one's first key instead.
   * @param {string} name
   * @param {string} key
   */
  set(name, key) {
    const other = this.conflict(name, key);
    const [before = ""] = this.keysOf(name);
    this.#own.set(name, key);
    if (other) this.#own.set(other.name, before);
    this.#renew();
  }

  /**
   * As everybody begins. Who has been given one of those keys goes back too.
   * @param {string} name
   */
  reset(name) {
    const keys = this.actions.find((each) => each.name === name)?.keys ?? [];
    this.#own.delete(name);
    for (const [other, key] of [...this.#own]) if (keys.includes(key)) this.#own.delete(other);
    this.#renew();
  }

  resetAll() {
    this.#own.clear();
    this.#renew();
  }

  #renew() {
    for (const [name, key] of [...this.#own]) {
      const { keys = [] } = this.actions.find((each) => each.name === name) ?? {};
      if (keys.length === 1 && keys[0] === key) this.#own.delete(name);
    }
    this.#work();
    this.changed.emit();
  }

  /** A key that the reader has given away is nobody's by default; no key has two actions. */
  #work() {
    this.#keys.clear();
    this.#actions.clear();
    /** @param {Action} action @param {string[]} keys */
    const take = (action, keys) => {
      const free = keys.filter((key) => key && !this.#actions.has(key));
      for (const key of free) this.#actions.set(key, action);
      this.#keys.set(action.name, free);
    };
    for (const action of this.actions) {
      const key = this.#own.get(action.name);
      if (key !== undefined) take(action, [key]);
    }
    for (const action of this.actions) if (!this.#own.has(action.name)) take(action, action.keys);
  }
}
