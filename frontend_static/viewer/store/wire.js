/** What an operation looks like as a request, and whether an answer is the answer to it. Pure functions. */

/** @typedef {import('./journal.js').Operation} Operation */
/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Answer} Answer */
/** @typedef {import('../types.js').ReadUrls} ReadUrls */

/**
 * @param {Operation} operation
 * @param {ReadUrls} urls
 * @returns {{method: "PUT" | "DELETE", url: string, headers: Record<string, string>, body: object | null}}
 */
export function requestFor({ kind, id, content, base, key }, urls) {
  const isWithdrawal = kind === "annotation" && /** @type {Mark} */ (content).is_withdrawn;
  return {
    method: isWithdrawal ? "DELETE" : "PUT",
    url: `${kind === "annotation" ? urls.annotations : urls.answers}${encodeURIComponent(id)}/`,
    headers: {
      "Idempotency-Key": key,
      ...(base ? { "If-Match": `"${base}"` } : { "If-None-Match": "*" }),
    },
    body: isWithdrawal ? null : bodyOf(kind, content),
  };
}

/**
 * @param {Operation["kind"]} kind
 * @param {Operation["content"]} content
 */
function bodyOf(kind, content) {
  if (kind === "answer") return content;
  const { is_withdrawn: _, ...body } = /** @type {Mark} */ (content);
  return body;
}

/**
 * The part of the server's JSON that an operation's content is about.
 * @param {Operation["kind"]} kind
 * @param {Record<string, any>} saved
 * @returns {Operation["content"]}
 */
export function contentOf(kind, saved) {
  if (kind === "answer") return { value: saved.value, reason: saved.reason ?? "" };
  const { label, shape, geometry, attributes, sop_instance_uid, frame, is_withdrawn } = saved;
  const { lesion = null, origin = "drawn" } = saved;
  return { label, shape, geometry, attributes, sop_instance_uid, frame, lesion, origin, is_withdrawn };
}

/**
 * What an answer goes by: "case", its label's key, and for a label about series or images also which of them.
 * @param {{label: string | null, series_instance_uid?: string, sop_instance_uid?: string, frame?: number | null}} saved
 */
export function answerId({ label, series_instance_uid: series, sop_instance_uid: sop, frame }) {
  return [label ?? "case", series, sop, sop ? frame : ""].filter(Boolean).join("~");
}

/**
 * "Saved" may be shown only when the server named this very thing and a version of it.
 * @param {Operation} operation
 * @param {Record<string, any>} saved
 */
export function isAnswerTo({ kind, id }, saved) {
  const isThis = kind === "annotation" ? saved.id === id : answerId(/** @type {any} */ (saved)) === id;
  return isThis && Number.isInteger(saved.version);
}

/**
 * @param {Operation} operation
 * @param {Record<string, any>} saved
 */
export function isSameContent({ kind, content }, saved) {
  return canonical(content) === canonical(contentOf(kind, saved));
}

/**
 * A withdrawn mark, or an answer taken back.
 * @param {Operation} operation
 */
export function isNothing({ kind, content }) {
  return kind === "annotation"
    ? /** @type {Mark} */ (content).is_withdrawn
    : /** @type {Answer} */ (content).value === null;
}

/**
 * JSON with its keys in order.
 * @param {unknown} value
 * @returns {string}
 */
function canonical(value) {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
