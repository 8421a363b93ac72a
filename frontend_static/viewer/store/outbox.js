/**
 * Sends the journal's operations: in order for each annotation and answer, each under its own idempotency key
 * until the server has answered. An operation leaves the journal only when the server says that it is kept, or
 * when the reader says so.
 */

import { Refused } from "../api.js";
import { Signal } from "./signal.js";
import { newUuid } from "./uuid.js";
import { answerId, requestFor, isSameContent, isAnswerTo, isNothing } from "./wire.js";

/** @typedef {import('./journal.js').Journal} Journal */
/** @typedef {import('./journal.js').Operation} Operation */
/** @typedef {import('./read_store.js').Change} Change */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {{operation: Operation, current: Record<string, any>}} Conflict */
/** @typedef {"connected" | "offline" | "signed_out" | "other_user" | "not_leading"} Connection */

const PARALLEL = 3;
const LONGEST_WAIT_MS = 30_000;

export class Outbox {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** The reader chose the other version of something. @type {Signal<{operation: Operation, current: Record<string, any>}>} */
  replaced = new Signal();
  /** The journal of an earlier visit holds this. @type {Signal<Operation>} */
  recovered = new Signal();
  /** @type {Connection} */
  connection = "connected";
  lastSavedAt;

  #api;
  #journal;
  #read;
  /** Operations by what they change, oldest first: at most one sent and one waiting. @type {Map<string, Operation[]>} */
  #queues = new Map();
  /** @type {Map<string, number>} */
  #versions = new Map();
  /** @type {Set<string>} */
  #sending = new Set();
  /** @type {Conflict[]} */
  #conflicts = [];
  /** Operations tried again with a new CSRF token: once each. @type {Set<string>} */
  #reauthorised = new Set();
  #order = Date.now();
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('../api.js').Api} api
   * @param {Journal} journal
   * @param {Read} read
   */
  constructor(api, journal, read) {
    this.#api = api;
    this.#journal = journal;
    this.#read = read;
    this.noteVersions(read);
    const saved = [...read.annotations, ...read.answers];
    this.lastSavedAt =
      saved
        .map(({ saved_at: at }) => at)
        .sort()
        .at(-1) ?? null;
  }

  /**
   * What the server has now.
   * @param {Pick<Read, "annotations" | "answers">} read
   */
  noteVersions({ annotations, answers }) {
    for (const { id, version } of annotations) this.#versions.set(`annotation/${id}`, version);
    for (const answer of answers) this.#versions.set(`answer/${answerId(answer)}`, answer.version);
  }

  /** Take up what an earlier visit could not send. */
  async recover() {
    for (const operation of await this.#journal.all()) {
      this.#queueOf(operation).push(operation);
      this.#order = Math.max(this.#order, operation.order + 1);
      this.recovered.emit(operation);
    }
    this.#update();
  }

  /** All that the server has not kept yet. */
  get operations() {
    return [...this.#queues.values()].flat();
  }

  get refused() {
    return this.operations.filter(({ refusal }) => refusal);
  }

  get waitingCount() {
    return this.operations.length - this.refused.length;
  }

  get isAllSaved() {
    return this.operations.length === 0;
  }

  get isJournalKept() {
    return this.#journal.isKept;
  }

  /** The first of the versions that differ from the server's, to be settled by the reader. @returns {Conflict | null} */
  get conflict() {
    return this.#conflicts[0] ?? null;
  }

  /** @param {string} id */
  annotationVersion(id) {
    return this.#versions.get(`annotation/${id}`) ?? 0;
  }

  /** @param {Change} change */
  async add(change) {
    const { kind, id, after: content } = change;
    const queue = this.#queueOf(change);
    const last = queue.at(-1);
    const removed = [];
    if (last && !last.isSent && !last.refusal) {
      last.content = content;
    } else {
      const base = last ? null : this.#versionOf(change);
      const operation = { ...this.#newOperation(kind, id, content), base };
      // A refused operation is replaced by what the reader made of it; it never reached the record.
      if (last?.refusal) {
        operation.base = last.base;
        removed.push(last.key);
        queue.pop();
      }
      queue.push(operation);
    }
    removed.push(...this.#dropNothing(queue));
    this.#update();
    await this.#journal.write(queue.slice(-1), removed);
    this.#update();
    this.#pump();
  }

  /** Try now, as when the network has come back. */
  wake() {
    this.#pump();
  }

  /** The session, or the leading of this read, has come back. */
  resume() {
    this.#failures = 0;
    this.#setConnection("connected");
    this.#pump();
  }

  /** @param {"signed_out" | "other_user" | "not_leading"} reason */
  pause(reason) {
    this.#setConnection(reason);
  }

  /**
   * Offer a refused operation once more, under a new key: the server remembers its answer to the old one.
   * @param {Operation} refused
   */
  async retry(refused) {
    const renewed = { ...refused, key: newUuid(), isSent: false, refusal: null };
    this.#replaceQueue(refused, [renewed]);
    await this.#journal.write([renewed], [refused.key]);
    this.#pump();
  }

  /**
   * The reader gives up a refused change.
   * @param {Operation} refused
   */
  async giveUp(refused) {
    this.#replaceQueue(refused, []);
    await this.#journal.write([], [refused.key]);
  }

  /** Settle a conflict with this page's version: it is saved on top of the other. */
  async keepMine() {
    if (!this.conflict) return;
    const { operation, current } = this.conflict;
    const queue = this.#queueOf(operation);
    const content = /** @type {Operation} */ (queue.at(-1)).content;
    const renewed = { ...this.#newOperation(operation.kind, operation.id, content), base: current.version };
    await this.#settle(queue, [renewed], current);
    this.#pump();
  }

  /** Settle a conflict with the other version; the server has kept this page's one as well. */
  async keepOther() {
    if (!this.conflict) return;
    const { operation, current } = this.conflict;
    await this.#settle(this.#queueOf(operation), [], current);
    this.replaced.emit({ operation, current });
    this.#pump();
  }

  // -- sending ------------------------------------------------------------------------------------------------

  #pump() {
    if (this.connection !== "connected" && this.connection !== "offline") return;
    for (const queue of this.#queues.values()) {
      if (this.#sending.size >= PARALLEL) return;
      const head = queue[0];
      const isHeld = !head || head.refusal || this.#conflicts.some(({ operation }) => operation === head);
      if (!isHeld && !this.#sending.has(this.#targetOf(head))) this.#send(head);
    }
  }

  /** @param {Operation} operation */
  async #send(operation) {
    const target = this.#targetOf(operation);
    this.#sending.add(target);
    if (!operation.isSent) {
      operation.isSent = true;
      operation.base ??= this.#versionOf(operation);
      await this.#journal.write([operation]);
    }
    try {
      const { method, url, headers, body } = requestFor(operation, this.#read.urls);
      const saved = await this.#api.send(method, url, body, headers);
      if (!isAnswerTo(operation, saved)) throw new Error("the answer is about something else");
      await this.#confirm(operation, saved);
      this.#failures = 0;
      this.#setConnection("connected");
    } catch (error) {
      await this.#cope(operation, error);
    } finally {
      this.#sending.delete(target);
      this.#update();
    }
    if (this.#failures === 0) this.#pump();
  }

  /**
   * @param {Operation} operation
   * @param {Record<string, any>} saved
   */
  async #confirm(operation, saved) {
    const queue = this.#queueOf(operation);
    this.#versions.set(this.#targetOf(operation), saved.version);
    queue.shift();
    // The next one's base goes to the disk together with the removal: after a crash it must not follow a guess.
    const next = queue.slice(0, 1);
    for (const follower of next) follower.base ??= saved.version;
    await this.#journal.write(next, [operation.key]);
    this.#noteSaved(saved);
  }

  /**
   * @param {Operation} operation
   * @param {unknown} error
   */
  async #cope(operation, error) {
    if (!(error instanceof Refused)) return this.#waitForServer();
    if (error.status === 401) return this.pause("signed_out");
    if (error.status === 403 || error.status === 404) {
      // Another user of this browser would be told that the read does not exist; a new session has a new token.
      if (!(await this.#isStillReader())) return undefined;
      if (error.status === 403 && !this.#reauthorised.has(operation.key)) {
        this.#reauthorised.add(operation.key);
        return undefined;
      }
    }
    if (error.status === 412 && error.problem.current)
      return this.#meetConflict(operation, error.problem.current);
    return this.#refuse(operation, error);
  }

  /**
   * @param {Operation} operation
   * @param {Refused} error
   */
  async #refuse(operation, error) {
    const queue = this.#queueOf(operation);
    const [, follower] = queue;
    if (!follower) {
      operation.refusal = { code: error.code || String(error.status), detail: error.message };
      return this.#journal.write([operation]);
    }
    // The reader has changed it since: that is tried instead of what was refused.
    follower.base = operation.base;
    queue.shift();
    const dropped = this.#dropNothing(queue);
    return this.#journal.write([...queue], [operation.key, ...dropped]);
  }

  /** Check who is signed in; pauses when it is not the reader of this read. */
  async #isStillReader() {
    try {
      const username = await this.#api.session();
      if (username === this.#read.reader) return true;
      this.pause(username === null ? "signed_out" : "other_user");
    } catch {
      this.#waitForServer();
    }
    return false;
  }

  /**
   * @param {Operation} operation
   * @param {Record<string, any>} current
   */
  async #meetConflict(operation, current) {
    const queue = this.#queueOf(operation);
    const mine = /** @type {Operation} */ (queue.at(-1));
    if (isSameContent(mine, current)) {
      await this.#settle(queue, [], current);
      this.#noteSaved(current);
      return;
    }
    this.#conflicts.push({ operation, current });
  }

  /**
   * @param {Operation[]} queue
   * @param {Operation[]} renewed
   * @param {Record<string, any>} current
   */
  async #settle(queue, renewed, current) {
    const old = queue.splice(0, queue.length, ...renewed);
    this.#versions.set(this.#targetOf(old[0]), current.version);
    this.#conflicts = this.#conflicts.filter(({ operation }) => !old.includes(operation));
    await this.#journal.write(
      renewed,
      old.map(({ key }) => key),
    );
    this.#update();
  }

  #waitForServer() {
    this.#failures += 1;
    this.#setConnection("offline");
    const longest = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.#failures);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pump(), longest * (0.5 + Math.random() / 2));
  }

  // -- book-keeping -------------------------------------------------------------------------------------------

  /**
   * What was made and taken back before the server saw it needs no saving.
   * @param {Operation[]} queue
   * @returns {string[]}  the keys dropped
   */
  #dropNothing(queue) {
    const [only] = queue;
    if (queue.length !== 1 || only.isSent || only.base !== 0 || !isNothing(only)) return [];
    queue.pop();
    return [only.key];
  }

  /** @param {Record<string, any>} saved */
  #noteSaved(saved) {
    if (!this.lastSavedAt || saved.saved_at > this.lastSavedAt) this.lastSavedAt = saved.saved_at;
  }

  /**
   * @param {Operation["kind"]} kind
   * @param {string} id
   * @param {Operation["content"]} content
   * @returns {Operation}
   */
  #newOperation(kind, id, content) {
    const order = this.#order++;
    const owner = this.#journal.owner;
    return { key: newUuid(), owner, order, kind, id, content, base: 0, isSent: false, refusal: null };
  }

  /** @param {Connection} connection */
  #setConnection(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.#update();
  }

  #update() {
    this.changed.emit();
  }

  /** @param {{kind: string, id: string}} target */
  #targetOf({ kind, id }) {
    return `${kind}/${id}`;
  }

  /** @param {{kind: string, id: string}} target */
  #versionOf(target) {
    return this.#versions.get(this.#targetOf(target)) ?? 0;
  }

  /** @param {{kind: string, id: string}} target */
  #queueOf(target) {
    const name = this.#targetOf(target);
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return queue;
  }

  /**
   * @param {Operation} old
   * @param {Operation[]} renewed
   */
  #replaceQueue(old, renewed) {
    const queue = this.#queueOf(old);
    queue.splice(queue.indexOf(old), 1, ...renewed);
    this.#update();
  }
}
