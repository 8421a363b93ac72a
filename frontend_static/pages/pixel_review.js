// The review screen: look at a held image, set its masks, decide, and the next one is there.
import { element } from "../viewer/element.js";
import { ApiError, ask, hooked, pageData } from "./api.js";
import { createHelp, obeyKeys } from "./pixel_review_keys.js";
import {
  counted,
  hideEnd,
  showEnd,
  showImage,
  showMasks,
  showPictures,
  showTroubles,
  withMasks,
} from "./pixel_review_panel.js";
import { Picture } from "./pixel_review_picture.js";
import { Queue } from "./pixel_review_queue.js";
import { Saving } from "./pixel_review_saving.js";
import { signInOverPage } from "./sign_in_dialog.js";

/**
 * @typedef {import('./pixel_review_queue.js').Review} Review
 * @typedef {import('./pixel_review_queue.js').Loaded} Loaded
 * @typedef {import('./pixel_review_saving.js').Decision} Decision
 */

const data = pageData("review-data");
const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (hooked("picture")));
const picture = new Picture(svg);
const queue = new Queue(data.api_url, data.first, data.waiting);
const saving = new Saving({ url: data.api_url, user: data.user, changed: showSaving });
const rejecting = /** @type {HTMLDialogElement} */ (hooked("reject"));
/** @type {Loaded | null} */
let current = null;
let shown = 0;
let saved = "";
let isBusy = false; // the next image is on its way, or a whole series is being saved

/** @param {Review} review @returns {Promise<void>} */
async function open(review) {
  isBusy = true;
  try {
    show(await signedIn(() => queue.load(review)));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      queue.decided.add(review.id);
      saved = `Image ${review.id} does not wait any more.`;
      return await openNext(review.id);
    }
    end(`Image ${review.id} cannot be shown`, inWords(error), () => open(review));
  } finally {
    isBusy = false;
    showSaving();
  }
  return undefined;
}

/** @param {Loaded} loaded */
function show(loaded) {
  const { review, boxes } = loaded;
  current = loaded;
  hideEnd();
  picture.open(boxes);
  boxes.changed.listen(() => loaded === current && showMasks(boxes, svg));
  showImage(loaded, queue.waiting - saving.underWay);
  showMasks(boxes, svg);
  choosePicture(0);
  history.replaceState(null, "", `${data.list_url}${review.id}/`);
  svg.focus();
  void countAlike();
  queue.keepOnly([review.id]);
  void queue.prefetch(review.id).catch(() => undefined); // fetched again, with words, when it is wanted
}

/** Ask for the password where the session has ended, and go on. @template T @param {() => Promise<T>} work */
async function signedIn(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      await signInOverPage(data.user);
    }
  }
}

/** @param {unknown} error */
function inWords(error) {
  return error instanceof ApiError ? `The server says: ${error.message}.` : "The server cannot be reached.";
}

/** How many others of the series wait changes with each decision, also with those of other people. */
async function countAlike() {
  const asked = current;
  if (!asked || saving.underWay) return;
  const { id } = asked.review;
  const page = await ask("GET", `${data.api_url}?limit=1&after=${id - 1}`).catch(() => null);
  if (asked !== current || page?.reviews[0]?.id !== id) return;
  asked.review.alike_waiting = page.reviews[0].alike_waiting;
  queue.waiting = page.waiting;
  showImage(asked, queue.waiting);
}

/** @param {string} title @param {string} text @param {() => void} [again]  when it is worth another try */
function end(title, text, again) {
  current = null;
  showEnd(title, text, again);
}

/** @param {number} id @returns {Promise<void>} */
async function openNext(id) {
  isBusy = true;
  try {
    const next = await signedIn(() => queue.following(id));
    if (next) return await open(next);
    if (current && !queue.decided.has(current.review.id)) saved = "No other image waits.";
    else end("No image waits any more", "All held images of this project are decided on.");
  } catch (error) {
    end("The next image cannot be shown", inWords(error), () => openNext(id));
  } finally {
    isBusy = false;
    showSaving();
  }
  return undefined;
}

function showSaving() {
  const line = hooked("saved");
  const under = saving.underWay;
  line.textContent = under ? `Saving ${counted(under, "decision")}…` : saved;
  line.dataset.state = under ? "kept" : "";
  showTroubles([...saving.troubles.values()], {
    goTo({ review }) {
      queue.decided.delete(review.id);
      saving.dismiss(review.id);
      void open(review);
    },
    dismiss: (id) => saving.dismiss(id),
  });
}

/** @param {Decision} decision */
async function decide(decision) {
  if (!current || isBusy) return;
  const { review } = current;
  const isSeries = decision.scope === "series";
  isBusy = isSeries;
  queue.decided.add(review.id);
  const sent = saving.send(review, decision).then((answer) => finished(review, answer));
  // After a series the server says what still waits; else nobody waits for the server.
  if (isSeries) {
    const answer = await sent;
    isBusy = false;
    if (!answer) queue.decided.delete(review.id);
    if (!answer && !saving.troubles.get(review.id)?.isFinal) return;
    await queue.reload().catch(() => undefined);
  }
  await openNext(review.id);
}

/** @param {Review} review @param {any} answer */
function finished(review, answer) {
  if (answer) {
    const others = answer.others ? ` and ${answer.others} more of its series` : "";
    const masks = answer.state === "passed" ? ` ${withMasks(answer.masks.length)}` : "";
    saved = `Saved: image ${review.id}${others} ${answer.state}${masks}`;
    queue.waiting -= 1 + answer.others;
  }
  showSaving();
  void countAlike();
  return answer;
}

/** @param {number} place */
function choosePicture(place) {
  if (!current?.pictures[place]) return;
  shown = place;
  picture.show(current.pictures[place]);
  showPictures(current, shown, (chosen) => {
    choosePicture(chosen);
    svg.focus();
  });
}

/** @param {"image" | "series"} scope */
function pass(scope) {
  if (!current) return;
  const { masks } = current.boxes;
  if (masks.length > data.max_masks) {
    saved = `An image may have ${data.max_masks} masks; this one has ${masks.length}.`;
    return showSaving();
  }
  void decide({ decision: "pass", scope, masks: current.boxes.toJson() });
}

/** @type {import('./pixel_review_keys.js').Commands} */
const commands = {
  pass: () => pass("image"),
  passSeries: () => current?.review.alike_waiting && pass("series"),
  reject: () => {
    if (!current || isBusy) return;
    rejecting.showModal();
  },
  skip: () => void (current && !isBusy && openNext(current.review.id)),
  back: () => {
    const before = current && !isBusy && queue.preceding(current.review.id);
    if (before) void open(before);
  },
  masked: () => {
    picture.toggleMasked();
    document.querySelector("[data-do=masked]")?.setAttribute("aria-pressed", String(picture.isMasked));
  },
  add: () => picture.addInTheMiddle(),
  remove: () => current?.boxes.remove(),
  removeAll: () => current?.boxes.removeAll(),
  undo: () => current?.boxes.undo(),
  selectNext: (step) => {
    const isThere = current?.boxes.selectNext(step) ?? false;
    picture.reveal();
    return isThere;
  },
  arrow: (dx, dy) => current?.boxes.nudge(dx, dy) || picture.pan(Math.sign(dx) / 10, Math.sign(dy) / 10),
  stretch: (dx, dy) => void current?.boxes.stretch(dx, dy),
  picture: choosePicture,
  zoom: (factor) => picture.zoom(factor),
  fit: () => picture.fit(),
  escape: () => current?.boxes.select(-1),
  help: createHelp(),
};

function prepareReject() {
  const choose = (/** @type {string} */ reason) => {
    rejecting.close();
    void decide({ decision: "reject", reason });
  };
  const reasons = /** @type {[string, string][]} */ (data.reasons);
  const buttons = reasons.map(([reason, words], place) => {
    const key = element("kbd", { class: "key" }, String(place + 1));
    const name = element("span", { class: "label__name" }, words);
    return element("button", { type: "button", class: "label", onclick: () => choose(reason) }, name, key);
  });
  hooked("reasons").replaceChildren(...buttons);
  rejecting.onkeydown = ({ key }) => {
    const reason = reasons[Number(key) - 1];
    if (reason) choose(reason[0]);
  };
  hooked("reject-cancel").onclick = () => rejecting.close();
  rejecting.onclose = () => svg.focus();
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-do]"))) {
  button.onclick = () => {
    /** @type {Record<string, () => void>} */ (/** @type {unknown} */ (commands))[button.dataset.do ?? ""]();
    if (!document.querySelector("dialog[open]")) svg.focus();
  };
}
prepareReject();
obeyKeys(svg, commands);
if (data.first.state === "waiting") void open(data.first);
else {
  const by = data.first.decided_by ? ` by ${data.first.decided_by}` : "";
  end(
    `Image ${data.first.id} was ${data.first.state}`,
    `Decided${by} on ${data.first.decided_at.slice(0, 10)}. Its pictures are destroyed.`,
  );
}

export {};
