// Sign in over the page when its session has ended, so that nothing on it is lost.
import { ApiError, hooked, signIn } from "./api.js";

/** @type {Promise<void> | null} */
let running = null;

/** Resolves once somebody has signed in; only the same user may go on. @param {string} username @returns {Promise<void>} */
export function signInOverPage(username) {
  running ??= ask(username).finally(() => (running = null));
  return running;
}

/** @param {string} username @returns {Promise<void>} */
function ask(username) {
  const dialog = /** @type {HTMLDialogElement} */ (hooked("sign-in"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const password = /** @type {HTMLInputElement} */ (hooked("sign-in-password", dialog));
  const trouble = hooked("sign-in-trouble", dialog);
  trouble.textContent = "";
  password.value = "";
  dialog.oncancel = (event) => event.preventDefault();
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      try {
        await signIn(username, password.value);
        dialog.close();
        resolve();
      } catch (error) {
        trouble.textContent = error instanceof ApiError ? "The password is wrong." : "The server cannot be reached.";
      }
    };
  });
}
