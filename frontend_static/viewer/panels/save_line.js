/** Says where the reader's work is: kept by the server, on its way, or only on this computer. */

import { element, part } from "../element.js";

/** @typedef {import('../store/outbox.js').Outbox} Outbox */
/** @typedef {import('../store/journal.js').Operation} Operation */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {Outbox} outbox
 * @param {ReadStore} store
 */
export function createSaveLine(outbox, store) {
  const line = part("save-line");
  const refusals = part("refusals");

  function draw() {
    const { words, state } = stateOf(outbox, store);
    if (line.textContent !== words) line.textContent = words;
    line.dataset.state = state;
    refusals.hidden = outbox.refused.length === 0;
    refusals.replaceChildren(...outbox.refused.map((operation) => refusalItem(outbox, store, operation)));
  }
  outbox.changed.listen(draw);
  draw();

  window.addEventListener("beforeunload", (event) => {
    if (!outbox.isAllSaved) event.preventDefault();
  });
}

/**
 * @param {Outbox} outbox
 * @param {ReadStore} store
 * @returns {{words: string, state: "saved" | "saving" | "kept" | "refused"}}
 */
function stateOf(outbox, { isReadOnly, read }) {
  const { waitingCount: waiting, refused, connection, conflict, lastSavedAt } = outbox;
  const changes = waiting === 1 ? "1 change" : `${waiting} changes`;
  const place = outbox.isJournalKept ? "kept on this computer" : "only in this window: do not close it";
  if (conflict) return { words: "Two versions: choose one", state: "refused" };
  if (waiting && connection === "signed_out")
    return { words: `Sign in to save: ${changes} ${place}`, state: "kept" };
  if (waiting && connection === "other_user") {
    return { words: `This is ${read.reader}’s read: ${changes} ${place}`, state: "kept" };
  }
  if (waiting && connection === "offline")
    return { words: `Not connected: ${changes} ${place}`, state: "kept" };
  if (refused.length) {
    const count = refused.length === 1 ? "1 change was" : `${refused.length} changes were`;
    return { words: `${count} not accepted`, state: "refused" };
  }
  if (waiting) return { words: "Saving…", state: "saving" };
  if (lastSavedAt) return { words: `Saved ${clock(lastSavedAt)}`, state: "saved" };
  return { words: isReadOnly ? "" : "Nothing to save yet", state: "saved" };
}

/** @param {string} instant */
function clock(instant) {
  return new Date(instant).toLocaleTimeString("en-GB");
}

/**
 * @param {Outbox} outbox
 * @param {ReadStore} store
 * @param {Operation} operation
 */
function refusalItem(outbox, store, operation) {
  const { kind, id, content, refusal } = operation;
  const key = kind === "annotation" && "label" in content ? content.label : id;
  const name = store.labelOfAnswer(key)?.name ?? (id === "case" ? "No finding" : key);
  return element(
    "li",
    { class: "refusal" },
    element("p", {}, `${name}: not accepted. ${refusal?.detail ?? ""} It is kept on this computer.`),
    element(
      "button",
      { type: "button", class: "button", onclick: () => outbox.retry(operation) },
      "Try again",
    ),
    element(
      "button",
      { type: "button", class: "button", onclick: () => outbox.giveUp(operation) },
      "Give it up",
    ),
  );
}
