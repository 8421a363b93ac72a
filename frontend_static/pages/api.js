// The one place where management pages talk to the server.

/**
 * @typedef {{ code: string, title: string, detail: unknown, [more: string]: unknown }} Problem
 */

export class ApiError extends Error {
  /** @param {number} status @param {Problem} problem */
  constructor(status, problem) {
    super(typeof problem.detail === "string" && problem.detail ? problem.detail : problem.title);
    this.status = status;
    this.problem = problem;
  }
}

const holder = /** @type {HTMLElement | null} */ (document.querySelector("[data-csrf]"));
let csrfToken = holder?.dataset.csrf ?? "";

/**
 * Ask the server; answers with JSON, throws ApiError, or TypeError when the network is away.
 * @param {string} method
 * @param {string} url
 * @param {{ json?: unknown, body?: BodyInit, headers?: Record<string, string>, signal?: AbortSignal }} [options]
 * @returns {Promise<any>}
 */
export async function ask(method, url, { json, body, headers = {}, signal } = {}) {
  const isJson = json !== undefined;
  const response = await fetch(url, {
    method,
    signal,
    body: isJson ? JSON.stringify(json) : body,
    headers: {
      Accept: "application/json",
      "X-CSRFToken": csrfToken,
      "Content-Type": isJson ? "application/json" : "application/octet-stream",
      ...headers,
    },
  });
  const data = await response.json().catch(() => null);
  if (response.ok) return data;
  const unknown = { code: "error", title: `The server answered with error ${response.status}`, detail: "" };
  throw new ApiError(response.status, data ?? unknown);
}

/** Sign in over the page. @param {string} username @param {string} password */
export async function signIn(username, password) {
  const now = await ask("GET", "/api/session/");
  csrfToken = now.csrf_token;
  const session = await ask("POST", "/api/session/", { json: { username, password } });
  csrfToken = session.csrf_token;
}

/** Is it worth to try the same again a little later? @param {unknown} error */
export function isPassing(error) {
  return error instanceof TypeError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
}

/** Read what the page was given through json_script. @param {string} id @returns {any} */
export function pageData(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

/**
 * Give the one element that carries this hook.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} hook @param {ParentNode} [within]
 * @returns {T}
 */
export function hooked(hook, within = document) {
  const found = within.querySelector(`[data-${hook}]`);
  if (!found) throw new Error(`the page has no ${hook}`);
  return /** @type {T} */ (found);
}
