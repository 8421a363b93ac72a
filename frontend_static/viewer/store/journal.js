/**
 * Changes on their way to the server, in IndexedDB: each is written here before it is sent and removed when the
 * server has answered that it is kept. One record per operation, so that no tab can overwrite another's.
 */

import { Ahead } from "./ahead.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Answer} Answer */

/**
 * @typedef {object} Operation
 * @property {string} key  the Idempotency-Key
 * @property {string} owner  user and read
 * @property {number} order
 * @property {"annotation" | "answer"} kind
 * @property {string} id  the annotation's uuid, or the answer's label key
 * @property {Mark | Answer} content
 * @property {number | null} base  the version it follows, 0 when new; null: whatever the operation before it gives
 * @property {boolean} isSent  the server may have seen it: neither content nor base may change under this key
 * @property {{code: string, detail: string} | null} refusal
 */

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Journal {
  /** False when the browser keeps nothing, as in some private windows. */
  isKept = true;
  #owner;
  #ahead;
  /** @type {Promise<IDBDatabase>} */
  #database;

  /**
   * @param {string} user
   * @param {number} read
   */
  constructor(user, read) {
    this.#owner = `${user}/${read}`;
    this.#ahead = new Ahead(this.#owner);
    this.#database = openDatabase();
    this.#database.catch(() => (this.isKept = false));
  }

  get owner() {
    return this.#owner;
  }

  /** Operations of this user and read, oldest first. @returns {Promise<Operation[]>} */
  async all() {
    const operations = new Map((await this.#kept()).map((operation) => [operation.key, operation]));
    // What lies ahead was written last: the database did not come to it.
    const ahead = this.#ahead.all();
    for (const operation of ahead) operations.set(operation.key, operation);
    if (ahead.length) await this.write(ahead);
    return [...operations.values()].sort((one, other) => one.order - other.order);
  }

  /** @returns {Promise<Operation[]>} */
  async #kept() {
    try {
      const database = await this.#database;
      const index = database.transaction("operations").objectStore("operations").index("owner");
      return await finished(index.getAll(this.#owner));
    } catch {
      this.isKept = false;
      return [];
    }
  }

  /**
   * Write and remove in one transaction; resolves when it is on the disk. What is written outlives the tab from now on.
   * @param {Operation[]} put
   * @param {string[]} [removed]
   */
  async write(put, removed = []) {
    // Copied now: the operation may change while the database opens.
    const records = structuredClone(put);
    const ahead = records.map((record) => ({ key: record.key, written: this.#ahead.put(record) }));
    try {
      const database = await this.#database;
      const transaction = database.transaction("operations", "readwrite", { durability: "strict" });
      const operations = transaction.objectStore("operations");
      for (const key of removed) operations.delete(key);
      for (const record of records) operations.put(record);
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      for (const { key, written } of ahead) this.#ahead.clear(key, written);
    } catch {
      this.isKept = false;
    }
    for (const key of removed) this.#ahead.clear(key);
  }
}

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  const request = indexedDB.open("overread-journal", 1);
  request.onupgradeneeded = () => {
    const operations = request.result.createObjectStore("operations", { keyPath: "key" });
    operations.createIndex("owner", "owner");
  };
  return finished(request);
}
