/** How marks are looked at: hidden, locked, refused. Nothing of it is saved; hidden marks are still part of the read. */

import { Signal } from "./signal.js";

export class MarkView {
  /** @type {Signal<void>} */
  changed = new Signal();
  areHidden = false;
  /** @type {Set<string>} */
  hidden = new Set();
  /** @type {Set<string>} */
  locked = new Set();
  /** Marks that the server refused. @type {Set<string>} */
  refused = new Set();
  /** Points that are drawn or dragged go to the strongest edge near them. */
  snapsToEdges = false;

  /** @param {string} id */
  isVisible(id) {
    return !this.areHidden && !this.hidden.has(id);
  }

  /** @param {boolean} areHidden */
  hideAll(areHidden) {
    if (this.areHidden === areHidden) return;
    this.areHidden = areHidden;
    this.changed.emit();
  }

  /**
   * @param {"hidden" | "locked"} kind
   * @param {string} id
   */
  toggle(kind, id) {
    if (!this[kind].delete(id)) this[kind].add(id);
    this.changed.emit();
  }

  /** @param {boolean} snaps */
  setSnapping(snaps) {
    this.snapsToEdges = snaps;
    this.changed.emit();
  }

  /** @param {Iterable<string>} ids */
  setRefused(ids) {
    this.refused = new Set(ids);
    this.changed.emit();
  }
}
