/** Studies in words: the interval of a prior to the case's own study. */

/** @typedef {import('./types.js').Study} Study */
/** @typedef {import('./types.js').Read} Read */
/** @typedef {import('./types.js').Series} Series */

const DAYS_A_MONTH = 365.2425 / 12;

/**
 * @param {number} count
 * @param {string} unit
 */
const counted = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** @param {number} days */
export function intervalInWords(days) {
  const whole = Math.abs(Math.round(days));
  if (whole === 0) return "same day";
  const when = days < 0 ? "after" : "before";
  if (whole < 60) return `${counted(whole, "day")} ${when}`;
  const months = Math.round(whole / DAYS_A_MONTH);
  const parts = [
    months >= 12 ? counted(Math.floor(months / 12), "year") : "",
    months % 12 ? counted(months % 12, "month") : "",
  ];
  return `${parts.filter(Boolean).join(" ")} ${when}`;
}

/** @param {Study} study */
export function priorInWords({ is_prior: isPrior, interval_days: days }) {
  if (!isPrior) return "";
  return days === null ? "Prior" : `Prior, ${intervalInWords(days)}`;
}

/**
 * @param {Read} read
 * @param {Series | undefined} series
 * @returns {Study | null}
 */
export const studyOf = (read, series) => read.studies?.[series?.study ?? 0] ?? null;
