/** Four steps for who opens a case for the first time. It stands beside the image, stops nothing, and comes only once. */

import { element, part } from "../element.js";

const STEPS = [
  ["Look", "The wheel goes through the images; drag with the right button for the window. Alt and a digit: a window by name."],
  ["Draw", "Press a label’s digit, then drag on the image. What you draw is saved at once."],
  ["Describe", "The pop-up beside a new mark asks what the label wants to know. Nothing there? Press 0."],
  ["Submit", "The corner above says what is saved. Enter submits the case and opens the next; ? shows every key."],
];

/**
 * @param {() => void} onEnd  seen to the end, or sent away
 */
export function createTour(onEnd) {
  const host = part("tour");
  let step = 0;

  function draw() {
    const [title, words] = STEPS[step];
    const isLast = step === STEPS.length - 1;
    host.replaceChildren(
      element("p", { class: "tour__count" }, `${step + 1} of ${STEPS.length}`),
      element("h2", { class: "tour__title" }, title),
      element("p", {}, words),
      element(
        "div",
        { class: "tour__actions" },
        button(isLast ? "Done" : "Next", () => go(step + 1)),
        ...(step ? [button("Back", () => go(step - 1))] : []),
        ...(isLast ? [] : [button("Leave it", end)]),
      ),
    );
  }

  /** @param {number} to */
  function go(to) {
    if (to === STEPS.length) return end();
    step = to;
    const hadFocus = host.contains(document.activeElement);
    draw();
    if (hadFocus) host.querySelector("button")?.focus();
  }

  function end() {
    if (host.hidden) return;
    host.hidden = true;
    onEnd();
  }

  // One press of Escape is about the tour, and about nothing else.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || host.hidden || document.querySelector("dialog[open]")) return;
      event.stopImmediatePropagation();
      end();
    },
    { capture: true },
  );
  return {
    open() {
      step = 0;
      host.hidden = false;
      draw();
    },
  };
}

/**
 * @param {string} words
 * @param {() => void} onclick
 */
const button = (words, onclick) => element("button", { type: "button", class: "button", onclick }, words);
