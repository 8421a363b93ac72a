/** Which pixels lie inside a closed shape: those whose centres do, even-odd. Pure functions. */

/** @typedef {import('../types.js').Shape} Shape */
/** @typedef {import('../types.js').Point} Point */

/**
 * Call for every run of pixels inside, row by row from the top.
 * @param {Shape} shape  a closed one
 * @param {any} geometry
 * @param {{columns: number, rows: number}} image
 * @param {(row: number, start: number, end: number) => void} visit  end is the first pixel behind the run
 */
export function eachRun(shape, geometry, { columns, rows }, visit) {
  const crossings = shape.crossings
    ? exactCrossings(shape.crossings, geometry, shape.bounds(geometry), rows)
    : crossingsByRow(shape.outlines(geometry), rows);
  for (const [row, found] of crossings) {
    found.sort((one, other) => one - other);
    for (let index = 0; index + 1 < found.length; index += 2) {
      const start = Math.max(0, Math.ceil(found[index] - 0.5));
      const end = Math.min(columns, Math.ceil(found[index + 1] - 0.5));
      if (end > start) visit(row, start, end);
    }
  }
}

/**
 * @param {(geometry: any, y: number) => number[]} crossings
 * @param {any} geometry
 * @param {import('../types.js').Box} bounds
 * @param {number} rows
 * @returns {[number, number[]][]}
 */
function exactCrossings(crossings, geometry, { y, height }, rows) {
  const first = Math.max(0, Math.floor(y));
  const last = Math.min(rows, Math.ceil(y + height));
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => [
    first + index,
    crossings(geometry, first + index + 0.5),
  ]);
}

/**
 * Where the lines cross the middle of each row.
 * @param {Point[][]} outlines
 * @param {number} rows
 * @returns {[number, number[]][]}  in order
 */
function crossingsByRow(outlines, rows) {
  /** @type {Map<number, number[]>} */
  const byRow = new Map();
  for (const line of outlines) {
    for (let index = 1; index < line.length; index += 1) {
      const [a, b] =
        line[index - 1].y < line[index].y ? [line[index - 1], line[index]] : [line[index], line[index - 1]];
      // A row belongs to the edges that begin at or above its middle and end below it.
      const first = Math.max(0, Math.ceil(a.y - 0.5));
      const last = Math.min(rows, Math.ceil(b.y - 0.5));
      for (let row = first; row < last; row += 1) {
        const x = a.x + ((row + 0.5 - a.y) * (b.x - a.x)) / (b.y - a.y);
        const found = byRow.get(row);
        if (found) found.push(x);
        else byRow.set(row, [x]);
      }
    }
  }
  return [...byRow].sort(([one], [other]) => one - other);
}
