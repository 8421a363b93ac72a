// What this browser remembers of an upload: number -> path. It never leaves the browser, since paths hold names.

/**
 * @typedef {{ key: string, project: string, user: string, batch: number, createdAt: number, isClosed: boolean }} Upload
 * @typedef {{ key: string, number: number, path: string, size: number, lastModified: number }} Item
 */

const KEPT_MS = 30 * 24 * 3600 * 1000;
const LAST_NUMBER = 1_000_000;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open("overread-uploads", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("uploads", { keyPath: "key" });
    request.result.createObjectStore("items", { keyPath: ["key", "number"] });
  };
  return answer(request);
}

/** @param {string} key */
function itemsOf(key) {
  return IDBKeyRange.bound([key, 0], [key, LAST_NUMBER]);
}

/** Remember an upload. @param {Upload} upload */
export async function keepUpload(upload) {
  const transaction = (await open()).transaction("uploads", "readwrite");
  transaction.objectStore("uploads").put(upload);
  await committed(transaction);
}

/** Remember files, before the first byte of them is sent. @param {Item[]} items */
export async function keepItems(items) {
  const transaction = (await open()).transaction("items", "readwrite");
  const store = transaction.objectStore("items");
  for (const item of items) store.put(item);
  await committed(transaction);
}

/** @returns {Promise<Upload[]>} */
async function uploads() {
  return answer((await open()).transaction("uploads").objectStore("uploads").getAll());
}

/**
 * The upload of this user to this project that was not finished, if there is one.
 * @param {string} project @param {string} user
 * @returns {Promise<Upload | undefined>}
 */
export async function unfinishedUpload(project, user) {
  const open = (await uploads()).filter((one) => one.project === project && one.user === user && !one.isClosed);
  return open.sort((one, other) => other.createdAt - one.createdAt)[0];
}

/** @param {string} key @returns {Promise<Item[]>} */
export async function itemsOfUpload(key) {
  return answer((await open()).transaction("items").objectStore("items").getAll(itemsOf(key)));
}

/** Names of the files of a batch, as far as this browser sent them. @param {number} batch @returns {Promise<Map<number, string>>} */
export async function namesOfBatch(batch) {
  const mine = (await uploads()).filter((one) => one.batch === batch);
  const items = (await Promise.all(mine.map((one) => itemsOfUpload(one.key)))).flat();
  return new Map(items.map((item) => [item.number, item.path]));
}

/** Forget an upload and its names. @param {string} key */
export async function forgetUpload(key) {
  const transaction = (await open()).transaction(["uploads", "items"], "readwrite");
  transaction.objectStore("uploads").delete(key);
  transaction.objectStore("items").delete(itemsOf(key));
  await committed(transaction);
}

/** Forget the names of a batch. @param {number} batch */
export async function forgetBatch(batch) {
  for (const one of await uploads()) if (one.batch === batch) await forgetUpload(one.key);
}

/** Names are kept for 30 days at most. */
export async function forgetOld() {
  for (const one of await uploads()) if (one.createdAt < Date.now() - KEPT_MS) await forgetUpload(one.key);
}
