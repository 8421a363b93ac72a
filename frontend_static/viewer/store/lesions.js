/** Marks by the lesion that they belong to. */

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('./read_store.js').ReadStore} ReadStore */
/** @typedef {{lesion: string, id: string, marks: [string, Mark][]}} Lesion */

/**
 * In the order in which they were begun, each with the mark that stands for it.
 * @param {ReadStore} store
 * @returns {Lesion[]}
 */
export function lesionsOf(store) {
  /** @type {Map<string, [string, Mark][]>} */
  const byLesion = new Map();
  for (const each of store.liveMarks) {
    const lesion = each[1].lesion ?? each[0];
    const marks = byLesion.get(lesion);
    if (marks) marks.push(each);
    else byLesion.set(lesion, [each]);
  }
  return [...byLesion].map(([lesion, marks]) => {
    const drawn = marks.find(([, { origin }]) => origin === "drawn") ?? marks[0];
    return { lesion, id: drawn[0], marks };
  });
}
