// The upload page: collect, plan, send, close, and go on to the batch.
import { ApiError, ask, hooked, pageData } from "./api.js";
import { signInOverPage } from "./sign_in_dialog.js";
import { filesOfDrop, filesOfField, signature } from "./upload_files.js";
import { forgetOld, forgetUpload, itemsOfUpload, keepItems, keepUpload, unfinishedUpload } from "./upload_journal.js";
import { Sender } from "./upload_sender.js";

/**
 * @typedef {import("./upload_files.js").Found} Found
 * @typedef {import("./upload_journal.js").Upload} Upload
 * @typedef {import("./upload_sender.js").Sending} Sending
 */

const LARGEST_FILE = 4 * 1024 ** 3;
const settings = pageData("upload-settings");
const zone = hooked("drop-zone");
const chooser = hooked("chooser");
const progress = hooked("progress");
/** @type {Upload | undefined} */
let unfinished;

/** @param {number} bytes */
function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let step = 0;
  while (bytes >= 1000 && step < units.length - 1) [bytes, step] = [bytes / 1000, step + 1];
  return `${step && bytes < 100 ? bytes.toFixed(1) : Math.round(bytes)} ${units[step]}`;
}

/** @param {string} text */
function complain(text) {
  const notice = hooked("trouble");
  hooked("trouble-text").textContent = text;
  notice.hidden = !text;
}

/** What the server holds already of a batch. @param {number} batch @returns {Promise<Map<number, { received: number, isDone: boolean }>>} */
async function heldByServer(batch) {
  const held = new Map();
  /** @type {number | null} */
  let after = 0;
  while (after !== null) {
    /** @type {{ items: any[], next: number | null }} */
    const page = await ask("GET", `/api/batches/${batch}/items/?after=${after}&limit=5000`);
    for (const item of page.items) {
      if (item.from_archive === null) held.set(item.number, { received: item.received, isDone: item.state !== "receiving" });
    }
    after = page.next;
  }
  return held;
}

/** @returns {Promise<Upload>} */
async function newUpload() {
  const key = crypto.randomUUID();
  const batch = await ask("POST", "/api/batches/", { json: { project: settings.project, idempotency_key: key } });
  const upload = {
    key,
    project: settings.project,
    user: settings.user,
    batch: batch.id,
    createdAt: Date.now(),
    isClosed: false,
  };
  await keepUpload(upload);
  return upload;
}

/**
 * Give each file its number: the one it had before, or the next free one.
 * @param {Upload} upload @param {Found[]} found
 * @returns {Promise<Sending[]>}
 */
async function plan(upload, found) {
  const known = new Map((await itemsOfUpload(upload.key)).map((item) => [signature(item), item.number]));
  const held = known.size ? await heldByServer(upload.batch) : new Map();
  let last = Math.max(0, ...known.values());
  const fresh = [];
  const files = [];
  for (const { path, file } of found) {
    const item = { path, size: file.size, lastModified: file.lastModified };
    let number = known.get(signature(item));
    if (number === undefined) {
      number = ++last;
      fresh.push({ key: upload.key, number, ...item });
    }
    const before = held.get(number) ?? { received: 0, isDone: false };
    files.push({ number, file, size: file.size, sent: before.received, isDone: before.isDone });
  }
  await keepItems(fresh);
  return files;
}

/** Files of the earlier attempt that neither the server nor this drop holds. @param {Upload} upload @param {Sending[]} files */
async function missing(upload, files) {
  const here = new Set(files.map((file) => file.number));
  const gone = (await itemsOfUpload(upload.key)).filter((item) => !here.has(item.number));
  if (!gone.length) return 0;
  const held = await heldByServer(upload.batch);
  return gone.filter((item) => !held.get(item.number)?.isDone).length;
}

/** @param {Sender} sender */
function show(sender) {
  const bytes = sender.files.reduce((sum, file) => sum + file.size, 0);
  const sent = sender.files.reduce((sum, file) => sum + Math.min(file.sent, file.size), 0);
  const done = sender.files.filter((file) => file.isDone).length;
  const meter = /** @type {HTMLProgressElement} */ (hooked("meter"));
  meter.max = bytes || 1;
  meter.value = bytes ? sent : 1;
  hooked("files-done").textContent = `${done} of ${sender.files.length} files`;
  hooked("bytes-done").textContent = `${size(sent)} of ${size(bytes)}`;
  const words = {
    sending: "Sending. You may work in other tabs; leave this one open.",
    paused: "Paused. What has been sent stays on the server.",
    waiting: "The server cannot be reached. It is tried again by itself; nothing is sent twice.",
    signed_out: "Your session has ended. Sign in to go on.",
  };
  hooked("line").textContent = words[sender.line];
  hooked("pause").hidden = sender.line === "paused";
  hooked("resume").hidden = sender.line !== "paused";
  if (sender.line === "signed_out") void signInOverPage(settings.user).then(() => sender.resume());
}

/** @param {Sender} sender */
function showSoon(sender) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      show(sender);
    });
  };
}

/** @param {Upload} upload @param {Sending[]} files */
async function sendAll(upload, files) {
  const sender = new Sender(upload.batch, files, () => showSender());
  const showSender = showSoon(sender);
  hooked("pause").onclick = () => sender.pause();
  hooked("resume").onclick = () => sender.resume();
  chooser.hidden = true;
  progress.hidden = false;
  show(sender);
  window.addEventListener("beforeunload", warn);
  await sender.run();
  const items = await itemsOfUpload(upload.key);
  await sender.insist(() => ask("POST", `/api/batches/${upload.batch}/close/`, { json: { count: items.length } }));
  await keepUpload({ ...upload, isClosed: true });
  window.removeEventListener("beforeunload", warn);
  location.assign(`/projects/${settings.project}/batches/${upload.batch}/`);
}

/** @param {BeforeUnloadEvent} event */
function warn(event) {
  event.preventDefault();
}

/** The batch of an earlier attempt, if it can still be continued. @param {Upload} upload */
async function stillOpen(upload) {
  const batch = await ask("GET", `/api/batches/${upload.batch}/`).catch((error) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
  if (batch?.state === "open") return true;
  await keepUpload({ ...upload, isClosed: true });
  return false;
}

/** @param {Found[]} found */
async function take(found) {
  const fitting = found.filter(({ file }) => file.size <= LARGEST_FILE);
  complain("");
  if (!fitting.length) {
    complain(found.length ? "Every file is larger than 4 GB." : "There was no file in it. Drop a folder, files or a zip.");
    return;
  }
  try {
    const upload = unfinished && (await stillOpen(unfinished)) ? unfinished : await newUpload();
    const files = await plan(upload, fitting);
    const left = await missing(upload, files);
    if (left) {
      complain(`${left} files of the earlier upload are not in what you dropped. Drop the same folder again, or start afresh.`);
      unfinished = upload;
      await offerToContinue();
      return;
    }
    if (fitting.length < found.length) complain(`${found.length - fitting.length} files are larger than 4 GB and are left out.`);
    await sendAll(upload, files);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      await signInOverPage(settings.user);
      await take(found);
      return;
    }
    const why = error instanceof ApiError ? error.message : "The server cannot be reached.";
    complain(`${why} Drop the same files again to go on; what was sent is not sent twice.`);
    chooser.hidden = false;
    progress.hidden = true;
  }
}

async function offerToContinue() {
  unfinished ??= await unfinishedUpload(settings.project, settings.user);
  const offer = hooked("unfinished");
  offer.hidden = !unfinished;
  if (!unfinished) return;
  const items = await itemsOfUpload(unfinished.key);
  const when = new Date(unfinished.createdAt).toLocaleString();
  hooked("unfinished-text").textContent =
    `An upload of ${items.length} files, begun ${when}, is not finished. ` +
    "Drop the same folder again: it goes on where it stopped, and nothing is sent twice.";
}

async function startAfresh() {
  if (!unfinished) return;
  await forgetUpload(unfinished.key);
  unfinished = undefined;
  complain("");
  await offerToContinue();
}

zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("is-over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("is-over");
  if (event.dataTransfer) void filesOfDrop(event.dataTransfer).then(take);
});
for (const hook of ["pick-folder", "pick-files"]) {
  const field = /** @type {HTMLInputElement} */ (hooked(`${hook}-field`));
  hooked(hook).addEventListener("click", () => field.click());
  field.addEventListener("change", () => {
    const found = filesOfField(field);
    field.value = "";
    void take(found);
  });
}
hooked("start-afresh").addEventListener("click", () => void startAfresh());
void forgetOld().then(offerToContinue);
