/** Decodes in the worker once it is up, inline until then and where it cannot start. */

import { decodeFrame } from "./decode.js";

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('./decode.js').FrameFormat} FrameFormat */
/** @typedef {(buffer: ArrayBuffer, format: FrameFormat) => Promise<Pixels>} Decode */

/**
 * @param {string} workerUrl
 * @returns {Decode}
 */
export function createDecoder(workerUrl) {
  /** @type {Map<number, {resolve: (pixels: Pixels) => void, reject: (reason: Error) => void}>} */
  const waiting = new Map();
  let isReady = false;
  let nextId = 0;
  const worker = startWorker(workerUrl);

  if (worker) {
    worker.onmessage = ({ data }) => {
      if (data.isReady) {
        isReady = true;
        return;
      }
      const promise = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.pixels) promise?.resolve(data.pixels);
      else promise?.reject(new Error(data.problem));
    };
    worker.onerror = () => {
      isReady = false;
      for (const { reject } of waiting.values()) reject(new Error("the decoder stopped"));
      waiting.clear();
    };
  }

  return async (buffer, format) => {
    if (!worker || !isReady) return decodeFrame(buffer, format);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, buffer, format }, [buffer]);
    });
  };
}

/** @param {string} url */
function startWorker(url) {
  try {
    return new Worker(url, { type: "module" });
  } catch {
    return null;
  }
}
