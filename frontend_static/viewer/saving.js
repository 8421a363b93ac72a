/** Ties the store to the outbox: every change is written down and sent; what an earlier visit left is taken up. */

import { Journal } from "./store/journal.js";
import { Outbox } from "./store/outbox.js";
import { answerId, contentOf } from "./store/wire.js";
import { acquire, takeOver } from "./store/tab_lock.js";
import { part } from "./element.js";

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('./types.js').Read} Read */
/** @typedef {import('./types.js').Mark} Mark */
/** @typedef {import('./types.js').Answer} Answer */

/**
 * @param {Api} api
 * @param {Read} read
 * @param {ReadStore} store
 */
export function createOutbox(api, read, store) {
  const outbox = new Outbox(api, new Journal(read.reader, read.id), read);
  store.committed.listen((change) => outbox.add(change));
  outbox.recovered.listen(({ kind, id, content }) => adopt(store, kind, id, content));
  outbox.replaced.listen(({ operation: { kind, id }, current }) =>
    adopt(store, kind, id, contentOf(kind, current)),
  );
  window.addEventListener("online", () => outbox.wake());
  window.addEventListener("pagehide", () => outbox.wake());
  document.addEventListener("visibilitychange", () => outbox.wake());
  return outbox;
}

/**
 * Take over the newest versions of everything that is not on its way.
 * @param {Api} api
 * @param {ReadStore} store
 * @param {Outbox} outbox
 */
export async function refresh(api, store, outbox) {
  const read = /** @type {Read} */ (await api.read());
  const busy = new Set(outbox.operations.map(({ kind, id }) => `${kind}/${id}`));
  for (const saved of read.annotations) {
    if (!busy.has(`annotation/${saved.id}`))
      adopt(store, "annotation", saved.id, contentOf("annotation", saved));
  }
  for (const saved of read.answers) {
    const id = answerId(saved);
    if (!busy.has(`answer/${id}`)) adopt(store, "answer", id, contentOf("answer", saved));
  }
  outbox.noteVersions(read);
  if (read.state === "submitted") store.close();
}

/**
 * @param {ReadStore} store
 * @param {"annotation" | "answer"} kind
 * @param {string} id
 * @param {Mark | Answer} content
 */
function adopt(store, kind, id, content) {
  if (kind === "annotation") store.adopt({ kind, id, content: /** @type {Mark} */ (content) });
  else store.adopt({ kind, id, content: /** @type {Answer} */ (content) });
}

/**
 * Begin to save, if this is the tab that works on the read. Another tab only shows it, and may take over.
 * @param {Read} read
 * @param {ReadStore} store
 * @param {Outbox} outbox
 */
export async function startSaving(read, store, outbox) {
  const name = `overread-read-${read.id}`;
  const banner = part("other-tab");
  const stopWorking = () => {
    outbox.pause("not_leading");
    store.close();
    banner.hidden = false;
  };
  part("take-over").addEventListener("click", async () => {
    await takeOver(name, stopWorking);
    // The other tab may have saved since this one was opened.
    location.reload();
  });
  if (!read.is_mine) return;
  if (await acquire(name, stopWorking)) {
    await outbox.recover();
    outbox.resume();
  } else {
    stopWorking();
  }
}
