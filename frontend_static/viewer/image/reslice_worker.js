/** Keeps volumes and cuts them off the main thread. */

import { Reslicer } from "./reslicer.js";

const reslicer = new Reslicer();

/** @type {(message: object, transfer?: Transferable[]) => void} */
const answer = (message, transfer = []) => self.postMessage(message, { transfer });

self.onmessage = (/** @type {MessageEvent} */ { data: { id, order } }) => {
  try {
    const pixels = reslicer.obey(order);
    if (pixels) answer({ id, pixels }, [pixels.values.buffer]);
  } catch (error) {
    if (order.kind === "cut") answer({ id, problem: String(error) });
  }
};
