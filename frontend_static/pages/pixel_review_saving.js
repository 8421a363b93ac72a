// Decisions on their way to the server. One is called saved when the server has answered; none is lost in silence.
import { ApiError, ask, isPassing } from "./api.js";
import { signInOverPage } from "./sign_in_dialog.js";

/**
 * @typedef {import('./pixel_review_queue.js').Review} Review
 * @typedef {{ decision: "pass" | "reject", scope?: "image" | "series", masks?: number[][], reason?: string }} Decision
 * @typedef {{ review: Review, decision: Decision, words: string, isTriedAgain: boolean, isFinal: boolean }} Trouble
 */

const AGAIN_AFTER_MS = 3000;

export class Saving {
  /** @type {Map<number, Trouble>} */
  troubles = new Map();
  underWay = 0;

  /**
   * @param {{ url: string, user: string, changed: () => void }} options  `changed` is called when there is news
   */
  constructor({ url, user, changed }) {
    this.url = url;
    this.user = user;
    this.changed = changed;
    window.addEventListener("beforeunload", (event) => {
      const isOpen = [...this.troubles.values()].some(({ isFinal }) => !isFinal);
      if (this.underWay || isOpen) event.preventDefault();
    });
  }

  /**
   * Send until the server has said yes or no. Gives its answer, or null for a no, which `troubles` then tells.
   * @param {Review} review @param {Decision} decision @returns {Promise<any>}
   */
  async send(review, decision) {
    this.underWay += 1;
    this.changed();
    try {
      return await this.#try(review, decision);
    } finally {
      this.underWay -= 1;
      this.changed();
    }
  }

  /** @param {number} id */
  dismiss(id) {
    this.troubles.delete(id);
    this.changed();
  }

  /** @param {Review} review @param {Decision} decision @returns {Promise<any>} */
  async #try(review, decision) {
    for (;;) {
      try {
        const answer = await ask("POST", `${this.url}${review.id}/decision/`, { json: decision });
        this.troubles.delete(review.id);
        return answer;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          await signInOverPage(this.user);
          continue;
        }
        const isTriedAgain = isPassing(error);
        const isFinal = error instanceof ApiError && [404, 409].includes(error.status);
        this.troubles.set(review.id, {
          review,
          decision,
          words: inWords(review, error),
          isTriedAgain,
          isFinal,
        });
        this.changed();
        if (!isTriedAgain) return null;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      }
    }
  }
}

/** @param {Review} review @param {unknown} error */
function inWords(review, error) {
  const image = `Image ${review.id}`;
  if (!(error instanceof ApiError))
    return `${image} is not saved yet: the server cannot be reached. Trying again.`;
  if (error.status === 409) {
    const by = error.problem.decided_by ? ` by ${error.problem.decided_by}` : "";
    return `${image} was ${error.problem.state} already${by}. Your decision was not taken.`;
  }
  if (error.status === 404) return `${image} does not wait any more, or you may not decide on it.`;
  if (isPassing(error)) return `${image} is not saved yet: the server has trouble. Trying again.`;
  return `${image} is not saved: ${error.message}.`;
}
