/** Everything that goes over the network. No other file fetches. */

/** @typedef {import('./types.js').ReadUrls} ReadUrls */
/** @typedef {import('./types.js').Read} Read */

/** The server was not reached, or could not answer now: the same request may be sent again. */
export class Unreachable extends Error {}

/** The server answered with a refusal. `code` is the stable word of its problem document. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {Record<string, any>} problem
   */
  constructor(status, problem) {
    super(inWords(problem.detail) || String(problem.title || `the server answered ${status}`));
    this.status = status;
    this.code = String(problem.code || "");
    this.problem = problem;
  }
}

/**
 * A detail is a sentence, or for a malformed body the complaints by field.
 * @param {unknown} detail
 * @returns {string}
 */
function inWords(detail) {
  if (typeof detail === "string") return detail;
  if (typeof detail !== "object" || detail === null) return "";
  return Object.entries(detail)
    .map(([field, complaint]) => `${field}: ${complaint}`)
    .join("; ");
}

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
const TIMEOUT_MS = 20_000;

/**
 * @param {ReadUrls} urls
 * @param {string} csrfToken
 */
export function createApi(urls, csrfToken) {
  const api = {
    csrfToken,
    /** Called whenever the server says that nobody is signed in. */
    onSignedOut: () => {},

    /**
     * One frame's bytes.
     * @param {string} url
     * @param {boolean} isUrgent
     * @returns {Promise<ArrayBuffer>}
     */
    async frame(url, isUrgent) {
      const options = /** @type {RequestInit} */ ({ priority: isUrgent ? "high" : "low" });
      const response = await reach(url, options, 60_000);
      if (!response.ok) throw await refusal(response, api);
      return response.arrayBuffer().catch((error) => {
        throw new Unreachable(String(error));
      });
    },

    /**
     * Change something. The answer is JSON, or a Refused or Unreachable is thrown.
     * @param {"PUT" | "DELETE" | "POST"} method
     * @param {string} url
     * @param {object | null} body
     * @param {Record<string, string>} headers
     */
    async send(method, url, body, headers) {
      const response = await reach(url, {
        method,
        body: body && JSON.stringify(body),
        headers: { ...headers, "Content-Type": "application/json", "X-CSRFToken": api.csrfToken },
        keepalive: true,
      });
      return answer(response, api);
    },

    /** @returns {Promise<Record<string, any>>} */
    async read() {
      return answer(await reach(urls.self, { cache: "no-store" }), api);
    },

    /** @param {object} preferences  the whole of them */
    async keepPreferences(preferences) {
      if (!urls.preferences) throw new Unreachable("the server keeps no preferences");
      return api.send("PUT", urls.preferences, preferences, {});
    },

    /** The frames that the next case will want first. @returns {Promise<string[]>} */
    async upcoming() {
      if (!urls.upcoming) return [];
      const options = /** @type {RequestInit} */ ({ priority: "low" });
      const { frame_urls: found = [] } = await answer(await reach(urls.upcoming, options), api);
      return found;
    },

    /** Who is signed in now; the token that came with it is used from here on. */
    async session() {
      const session = await answer(await reach(urls.session, { cache: "no-store" }), api);
      if (session.csrf_token) api.csrfToken = session.csrf_token;
      return /** @type {string | null} */ (session.username);
    },

    /**
     * @param {string} username
     * @param {string} password
     */
    async signIn(username, password) {
      // The token on the page may have died with its session.
      await api.session();
      const session = await api.send("POST", urls.session, { username, password }, {});
      if (session.csrf_token) api.csrfToken = session.csrf_token;
      return String(session.username);
    },
  };
  return api;
}

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} timeout
 */
async function reach(url, options, timeout = TIMEOUT_MS) {
  try {
    return await fetch(url, {
      credentials: "same-origin",
      ...options,
      signal: AbortSignal.timeout(timeout),
      headers: { Accept: "application/json", ...options.headers },
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

/**
 * @param {Response} response
 * @param {{onSignedOut: () => void}} api
 * @returns {Promise<Record<string, any>>}
 */
async function answer(response, api) {
  if (!response.ok) throw await refusal(response, api);
  try {
    return await response.json();
  } catch {
    // A proxy's own page, or an answer cut off: nobody said that anything was kept.
    throw new Unreachable("the answer was not understood");
  }
}

/**
 * @param {Response} response
 * @param {{onSignedOut: () => void}} api
 */
async function refusal(response, api) {
  if (PASSING.has(response.status)) return new Unreachable(`the server answered ${response.status}`);
  if (response.status === 401) api.onSignedOut();
  const problem = await response.json().catch(() => ({}));
  return new Refused(response.status, problem);
}
