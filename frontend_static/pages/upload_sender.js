// Sends files in pieces: four at a time, waits when the line is down, never sends an accepted piece again.
import { ApiError, ask, isPassing } from "./api.js";

const PIECE_BYTES = 8 * 1024 * 1024;
const AT_ONCE = 4;
const LONGEST_WAIT_MS = 30_000;

/**
 * @typedef {{ number: number, file: File, size: number, sent: number, isDone: boolean }} Sending
 * @typedef {"sending" | "paused" | "waiting" | "signed_out"} Line
 */

export class Sender {
  /**
   * @param {number} batch
   * @param {Sending[]} files
   * @param {() => void} onChange
   */
  constructor(batch, files, onChange) {
    this.batch = batch;
    this.files = files;
    this.onChange = onChange;
    /** @type {Line} */
    this.line = "sending";
    /** @type {Map<number, string>} */
    this.refused = new Map();
    /** @type {Array<() => void>} */
    this.waiting = [];
    this.next = 0;
    this.failures = 0;
    window.addEventListener("online", () => this.wake());
  }

  /** Resolves when every file is sent or refused. */
  async run() {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
  }

  pause() {
    this.setLine("paused");
  }

  resume() {
    this.failures = 0;
    this.setLine("sending");
    this.wake();
  }

  /** @param {Line} line */
  setLine(line) {
    this.line = line;
    this.onChange();
  }

  wake() {
    for (const go of this.waiting.splice(0)) go();
  }

  async work() {
    while (this.next < this.files.length) {
      const file = this.files[this.next++];
      if (!file.isDone) await this.send(file);
    }
  }

  /** @param {Sending} file */
  async send(file) {
    try {
      do await this.sendPiece(file);
      while (file.sent < file.size);
    } catch (error) {
      this.refused.set(file.number, error instanceof Error ? error.message : String(error));
    }
    file.isDone = true;
    this.onChange();
  }

  /** @param {Sending} file */
  async sendPiece(file) {
    const piece = await this.read(file);
    const answer = await this.insist(() =>
      ask("PUT", `/api/batches/${this.batch}/items/${file.number}/`, {
        body: piece,
        headers: { "Upload-Length": String(file.size), "Upload-Offset": String(file.sent) },
      }),
    );
    file.sent = answer.received;
    this.onChange();
  }

  /** A file that cannot be read any more is announced as empty, so that the batch still accounts for it. @param {Sending} file */
  async read(file) {
    try {
      return await file.file.slice(file.sent, file.sent + PIECE_BYTES).arrayBuffer();
    } catch {
      if (file.sent > 0) throw new Error("the file changed or vanished while it was sent");
      this.refused.set(file.number, "the file cannot be read on this computer");
      file.size = 0;
      return new ArrayBuffer(0);
    }
  }

  /** Try until the server answers for good; its offset wins. @param {() => Promise<any>} attempt @returns {Promise<any>} */
  async insist(attempt) {
    for (;;) {
      while (this.line === "paused" || this.line === "signed_out") await this.rest(0);
      try {
        const answer = await attempt();
        this.failures = 0;
        if (this.line === "waiting") this.setLine("sending");
        return answer;
      } catch (error) {
        if (error instanceof ApiError && error.problem.code === "wrong_offset") return error.problem;
        if (error instanceof ApiError && error.status === 401) this.setLine("signed_out");
        else if (isPassing(error)) await this.backOff();
        else throw error;
      }
    }
  }

  async backOff() {
    if (this.line === "sending") this.setLine("waiting");
    this.failures += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(this.failures, 10));
    await this.rest(wait * (0.5 + Math.random() / 2));
  }

  /** Wait this long, or until woken; 0 waits for being woken. @param {number} ms @returns {Promise<void>} */
  rest(ms) {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (ms) setTimeout(resolve, ms);
    });
  }
}
