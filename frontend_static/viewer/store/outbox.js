/**
 * Sends the journal's operations: in order for each annotation and answer, each under its own idempotency key
 * until the server has answered. An operation leaves the journal only when the server says that it is kept, or
 * when the reader says so.
 */

import { Refused } from "../api.js";
import { Signal } from "./signal.js";
import { OperationQueues, targetOf } from "./operation_queues.js";
import { newUuid } from "./uuid.js";
import { requestFor, isSameContent, isAnswerTo } from "./wire.js";

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
  #queues;
  /** @type {Set<string>} */
  #sending = new Set();
  /** @type {Conflict[]} */
  #conflicts = [];
  /** Operations tried again with a new CSRF token: once each. @type {Set<string>} */
  #reauthorised = new Set();
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
    this.#queues = new OperationQueues(journal.owner);
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
  noteVersions(read) {
    this.#queues.noteVersions(read);
  }

  /** Take up what an earlier visit could not send. */
  async recover() {
    for (const operation of await this.#journal.all()) {
      this.#queues.recover(operation);
      this.recovered.emit(operation);
    }
    this.#update();
  }

  /** All that the server has not kept yet. */
  get operations() {
    return this.#queues.operations;
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
    return this.#queues.versionOf({ kind: "annotation", id });
  }

  /** @param {Change} change */
  async add(change) {
    const { kind, id, after: content } = change;
    const queue = this.#queues.of(change);
    const last = queue.at(-1);
    const removed = [];
    if (last && !last.isSent && !last.refusal) {
      last.content = content;
    } else {
      const operation = this.#queues.newOperation(
        kind,
        id,
        content,
        last ? null : this.#queues.versionOf(change),
      );
      // A refused operation is replaced by what the reader made of it; it never reached the record.
      if (last?.refusal) {
        operation.base = last.base;
        removed.push(last.key);
        queue.pop();
      }
      queue.push(operation);
    }
    removed.push(...this.#queues.dropNothing(queue));
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
    this.#replace(refused, [renewed]);
    await this.#journal.write([renewed], [refused.key]);
    this.#pump();
  }

  /**
   * The reader gives up a refused change.
   * @param {Operation} refused
   */
  async giveUp(refused) {
    this.#replace(refused, []);
    await this.#journal.write([], [refused.key]);
  }

  /** Settle a conflict with this page's version: it is saved on top of the other. */
  async keepMine() {
    if (!this.conflict) return;
    const { operation, current } = this.conflict;
    const queue = this.#queues.of(operation);
    const content = /** @type {Operation} */ (queue.at(-1)).content;
    const renewed = this.#queues.newOperation(operation.kind, operation.id, content, current.version);
    await this.#settle(queue, [renewed], current);
    this.#pump();
  }

  /** Settle a conflict with the other version; the server has kept this page's one as well. */
  async keepOther() {
    if (!this.conflict) return;
    const { operation, current } = this.conflict;
    await this.#settle(this.#queues.of(operation), [], current);
    this.replaced.emit({ operation, current });
    this.#pump();
  }

  // -- sending ------------------------------------------------------------------------------------------------

  #pump() {
    if (this.connection !== "connected" && this.connection !== "offline") return;
    for (const head of this.#queues.heads) {
      if (this.#sending.size >= PARALLEL) return;
      const isHeld = head.refusal || this.#conflicts.some(({ operation }) => operation === head);
      if (!isHeld && !this.#sending.has(targetOf(head))) this.#send(head);
    }
  }

  /** @param {Operation} operation */
  async #send(operation) {
    const target = targetOf(operation);
    this.#sending.add(target);
    if (!operation.isSent) {
      operation.isSent = true;
      operation.base ??= this.#queues.versionOf(operation);
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
    const queue = this.#queues.of(operation);
    this.#queues.setVersion(operation, saved.version);
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
    const queue = this.#queues.of(operation);
    const [, follower] = queue;
    if (!follower) {
      operation.refusal = { code: error.code || String(error.status), detail: error.message };
      return this.#journal.write([operation]);
    }
    // The reader has changed it since: that is tried instead of what was refused.
    follower.base = operation.base;
    queue.shift();
    const dropped = this.#queues.dropNothing(queue);
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
    const queue = this.#queues.of(operation);
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
    this.#queues.setVersion(old[0], current.version);
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

  /** @param {Record<string, any>} saved */
  #noteSaved(saved) {
    if (!this.lastSavedAt || saved.saved_at > this.lastSavedAt) this.lastSavedAt = saved.saved_at;
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

  /**
   * @param {Operation} old
   * @param {Operation[]} renewed
   */
  #replace(old, renewed) {
    this.#queues.replace(old, renewed);
    this.#update();
  }
}
