/** Decodes frames off the main thread. */

import { decodeFrame } from "./decode.js";

/** @type {(message: object, transfer?: Transferable[]) => void} */
const answer = (message, transfer = []) => self.postMessage(message, { transfer });

self.onmessage = (/** @type {MessageEvent} */ { data: { id, buffer, format } }) => {
  try {
    const pixels = decodeFrame(buffer, format);
    answer({ id, pixels }, [pixels.values.buffer]);
  } catch (error) {
    answer({ id, problem: String(error) });
  }
};
answer({ isReady: true });
