/**
 * What is on its way, by what it changes: oldest first, at most one operation sent and one waiting. And the version
 * that the server is known to have of each thing.
 */

import { newUuid } from "./uuid.js";
import { answerId, isNothing } from "./wire.js";

/** @typedef {import('./journal.js').Operation} Operation */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {{kind: string, id: string}} Target */

/** @param {Target} target */
export const targetOf = ({ kind, id }) => `${kind}/${id}`;

export class OperationQueues {
  /** @type {Map<string, Operation[]>} */
  #queues = new Map();
  /** @type {Map<string, number>} */
  #versions = new Map();
  #owner;
  #order = Date.now();

  /** @param {string} owner  user and read */
  constructor(owner) {
    this.#owner = owner;
  }

  /** All that the server has not kept yet. */
  get operations() {
    return [...this.#queues.values()].flat();
  }

  /** The first of each queue: what may be sent. */
  get heads() {
    return [...this.#queues.values()].flatMap((queue) => queue.slice(0, 1));
  }

  /** @param {Operation} operation  of an earlier visit */
  recover(operation) {
    this.of(operation).push(operation);
    this.#order = Math.max(this.#order, operation.order + 1);
  }

  /** @param {Target} target */
  of(target) {
    const name = targetOf(target);
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return queue;
  }

  /**
   * @param {Operation} old
   * @param {Operation[]} renewed
   */
  replace(old, renewed) {
    const queue = this.of(old);
    queue.splice(queue.indexOf(old), 1, ...renewed);
  }

  /**
   * @param {Operation["kind"]} kind
   * @param {string} id
   * @param {Operation["content"]} content
   * @param {number | null} base
   * @returns {Operation}
   */
  newOperation(kind, id, content, base) {
    const order = this.#order++;
    const owner = this.#owner;
    return { key: newUuid(), owner, order, kind, id, content, base, isSent: false, refusal: null };
  }

  /**
   * What was made and taken back before the server saw it needs no saving.
   * @param {Operation[]} queue
   * @returns {string[]}  the keys dropped
   */
  dropNothing(queue) {
    const [only] = queue;
    if (queue.length !== 1 || only.isSent || only.base !== 0 || !isNothing(only)) return [];
    queue.pop();
    return [only.key];
  }

  /** @param {Target} target */
  versionOf(target) {
    return this.#versions.get(targetOf(target)) ?? 0;
  }

  /**
   * @param {Target} target
   * @param {number} version
   */
  setVersion(target, version) {
    this.#versions.set(targetOf(target), version);
  }

  /**
   * What the server has now.
   * @param {Pick<Read, "annotations" | "answers">} read
   */
  noteVersions({ annotations, answers }) {
    for (const { id, version } of annotations) this.setVersion({ kind: "annotation", id }, version);
    for (const answer of answers) this.setVersion({ kind: "answer", id: answerId(answer) }, answer.version);
  }
}
