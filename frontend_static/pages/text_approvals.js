// Free text of a batch by keyboard: a key decides the row and moves on; what was decided stays where it is, greyed.
import { ApiError, ask, hooked, pageData } from "./api.js";
import { keepFresh } from "./live.js";
import { signInOverPage } from "./sign_in_dialog.js";

/** @typedef {"keep" | "drop"} Decision */

const { batch, user } = pageData("texts-settings");
const SAID = { keep: "kept", drop: "dropped" };
const TAGS = { keep: "tag is-good", drop: "tag is-error" };
const table = /** @type {HTMLElement | null} */ (document.querySelector("[data-texts]"));

/** @returns {HTMLElement[]} */
function allRows() {
  return table ? /** @type {HTMLElement[]} */ ([...table.querySelectorAll("[data-text]")]) : [];
}

/** @returns {HTMLElement | null} */
function currentRow() {
  return /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-text]") ?? null);
}

/** @param {HTMLElement} row */
function tickOf(row) {
  return /** @type {HTMLInputElement | null} */ (row.querySelector("input[type=checkbox]"));
}

/** @param {number} step */
function move(step) {
  const rows = allRows();
  const here = currentRow();
  const place = here ? rows.indexOf(here) + step : 0;
  rows[Math.max(0, Math.min(rows.length - 1, place))]?.focus();
}

/** @param {HTMLElement} row @param {Decision} decision */
function show(row, decision) {
  const wasWaiting = row.dataset.decision === "waiting";
  row.dataset.decision = SAID[decision];
  row.classList.add("is-decided");
  const tag = document.createElement("span");
  tag.className = TAGS[decision];
  tag.textContent = SAID[decision];
  hooked("said", row).replaceChildren(tag);
  const tick = tickOf(row);
  if (tick) tick.checked = false;
  if (tick && decision === "drop") tick.remove();
  if (wasWaiting) countDown(hooked("waiting"));
}

/** @param {HTMLElement} count */
function countDown(count) {
  const left = Number(count.dataset.waiting) - 1;
  count.dataset.waiting = String(left);
  count.textContent = left.toLocaleString("en");
}

/** @param {unknown} error */
function complain(error) {
  const words = error instanceof ApiError ? error.message : "The server cannot be reached; nothing was decided.";
  hooked("trouble-text").textContent = words;
  hooked("trouble").hidden = false;
}

/**
 * Ask the server first, show it second.
 * @param {HTMLElement[]} rows @param {Decision} decision @returns {Promise<void>}
 */
async function decide(rows, decision) {
  if (!rows.length) return;
  try {
    await ask("POST", `/api/batches/${batch}/texts/${decision}/`, { json: { texts: rows.map((row) => Number(row.dataset.text)) } });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      await signInOverPage(user);
      return decide(rows, decision);
    }
    return complain(error);
  }
  hooked("trouble").hidden = true;
  for (const row of rows) show(row, decision);
  if (decision === "drop") {
    hooked("removal").dataset.goingOn = "";
    void keepFresh();
  }
}

/** @param {Decision} decision */
function decideCurrent(decision) {
  const row = currentRow();
  if (!row) return move(0);
  const may = decision === "keep" ? ["waiting"] : ["waiting", "kept"];
  if (may.includes(row.dataset.decision ?? "")) void decide([row], decision);
  move(1);
}

function keepAllShown() {
  void decide(allRows().filter((row) => row.dataset.decision === "waiting"), "keep");
}

/** @param {KeyboardEvent} event */
function press(event) {
  const isTyping = event.target instanceof HTMLElement && event.target.matches("input:not([type=checkbox]), textarea, select, dialog *");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "ArrowDown") move(1);
  else if (key === "ArrowUp") move(-1);
  else if (key === "k" && event.shiftKey) keepAllShown();
  else if (event.shiftKey) return;
  else if (key === "k") decideCurrent("keep");
  else if (key === "d") decideCurrent("drop");
  else if (key === " " && event.target === currentRow()) tickCurrent();
  else return;
  event.preventDefault();
}

function tickCurrent() {
  const row = currentRow();
  const tick = row && tickOf(row);
  if (tick) tick.checked = !tick.checked;
}

if (table) {
  document.addEventListener("keydown", press);
  const all = /** @type {HTMLInputElement} */ (hooked("tick-all", table));
  all.onchange = () => {
    for (const row of allRows()) {
      const tick = tickOf(row);
      if (tick) tick.checked = all.checked;
    }
  };
  allRows()[0]?.focus({ preventScroll: true });
}
