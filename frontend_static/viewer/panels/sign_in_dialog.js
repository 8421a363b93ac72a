/** Sign in again over the page, so that nothing on it is lost. */

import { Refused } from "../api.js";
import { part } from "../element.js";

/**
 * @param {import('../api.js').Api} api
 * @param {string} reader  whose read this is
 * @param {{onBack: () => void, onOther: () => void}} options
 */
export function createSignInDialog(api, reader, { onBack, onOther }) {
  const dialog = /** @type {HTMLDialogElement} */ (part("sign-in"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const [username, password] = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input"));
  const message = part("sign-in-message");
  const opening = message.textContent ?? "";

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    message.textContent = "Signing in…";
    try {
      const name = await api.signIn(username.value, password.value);
      password.value = "";
      if (name === reader) {
        dialog.close();
        onBack();
      } else {
        refuseOther(name);
      }
    } catch (error) {
      const isRefused = error instanceof Refused;
      message.textContent = isRefused
        ? "The name or the password is wrong."
        : "The server was not reached. Try again.";
    }
  });
  part("sign-in-later").addEventListener("click", () => dialog.close());

  /** @param {string} name */
  function refuseOther(name) {
    onOther();
    message.textContent =
      `This read belongs to ${reader}, and ${name} is signed in now. Its changes stay on this computer ` +
      `until ${reader} signs in here.`;
  }

  return {
    open() {
      if (dialog.open) return;
      message.textContent = opening;
      username.value = reader;
      dialog.showModal();
      password.focus();
    },
  };
}
