// The list of hanging protocols: each with its picture, and a question before what cannot be taken back.
import { drawPicture } from "./hanging_picture.js";

for (const host of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-picture]"))) {
  drawPicture(host, JSON.parse(host.dataset.picture ?? "{}"));
}
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-confirm]"))) {
  button.onclick = (event) => {
    if (!confirm(button.dataset.confirm)) event.preventDefault();
  };
}
