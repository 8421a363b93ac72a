/** Submits the read and opens the next; asks for nothing unless something is not saved. */

import { Refused } from "../api.js";
import { newUuid } from "../store/uuid.js";
import { part } from "../element.js";

/** @typedef {import('../api.js').Api} Api */
/** @typedef {import('../store/outbox.js').Outbox} Outbox */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {Api} api
 * @param {ReadStore} store
 * @param {Outbox} outbox
 * @param {{notify: (words: string) => void, refresh: () => Promise<void>}} options
 */
export function createSubmitBar(api, store, outbox, { notify, refresh }) {
  const button = /** @type {HTMLButtonElement} */ (part("submit"));
  let key = newUuid();
  let isUnderWay = false;

  async function submit() {
    if (store.isReadOnly || isUnderWay) return;
    if (!outbox.isAllSaved) return notify("Not everything is saved yet; submit when it is.");
    if (!hasSaidSomething(store)) return notify("Draw a mark, give an answer, or press 0 for no finding.");
    isUnderWay = true;
    draw();
    try {
      const versions = Object.fromEntries(store.liveMarks.map(([id]) => [id, outbox.annotationVersion(id)]));
      const { submit: url, worklist } = store.read.urls;
      const answer = await api.send("POST", url, { versions }, { "Idempotency-Key": key });
      store.close();
      location.assign(answer.next ?? worklist);
    } catch (error) {
      await explain(error);
      isUnderWay = false;
      draw();
    }
  }

  /** @param {unknown} error */
  async function explain(error) {
    if (!(error instanceof Refused))
      return notify("The server was not reached. Nothing is lost; submit again.");
    // A refusal is an answer: the next attempt is another one.
    key = newUuid();
    if (error.status === 401) return notify("Sign in, then submit again.");
    if (error.code !== "not_up_to_date") return notify(`Not submitted: ${error.message}`);
    await refresh();
    return notify("This read was changed elsewhere. It is up to date now: look at it and submit again.");
  }

  function draw() {
    button.disabled = store.isReadOnly || isUnderWay || !outbox.isAllSaved;
  }
  button.addEventListener("click", submit);
  store.changed.listen(draw);
  outbox.changed.listen(draw);
  draw();
  return { submit };
}

/** @param {ReadStore} store */
function hasSaidSomething({ liveMarks, answers }) {
  return liveMarks.length > 0 || [...answers.values()].some(({ value }) => value !== null);
}
