/** Finds the strongest edge near a point, for those who ask for help in drawing along edges. Pure functions. */

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {{size: number, dx: number, dy: number}} Gradient */

const NONE = { size: 0, dx: 0, dy: 0 };

/**
 * The change of the values around the corner that four pixels share.
 * @param {Pixels} pixels
 * @param {number} x  whole: the corner left of and above pixel x, y
 * @param {number} y
 * @returns {Gradient}
 */
function gradientAt({ values, columns, rows }, x, y) {
  if (x < 1 || y < 1 || x >= columns || y >= rows) return NONE;
  const below = y * columns + x;
  const above = below - columns;
  const [a, b, c, d] = [values[above - 1], values[above], values[below - 1], values[below]];
  const [dx, dy] = [(b + d - a - c) / 2, (c + d - a - b) / 2];
  return { size: Math.hypot(dx, dy), dx, dy };
}

/**
 * The nearest place on the strongest edge within reach; the point itself where everything is flat. Places farther
 * away count less, so that of two equal edges the nearer one wins.
 * @param {Pixels} pixels
 * @param {Point} point
 * @param {number} [reach]  image pixels
 * @returns {Point}
 */
export function snapToEdge(pixels, point, reach = 4) {
  if (pixels.samples !== 1) return point;
  let best = { weight: 0, x: 0, y: 0 };
  for (let y = Math.ceil(point.y - reach); y <= point.y + reach; y += 1) {
    for (let x = Math.ceil(point.x - reach); x <= point.x + reach; x += 1) {
      const distance = Math.hypot(x - point.x, y - point.y);
      if (distance > reach) continue;
      const weight = gradientAt(pixels, x, y).size * (1 - distance / (2 * reach));
      if (weight > best.weight) best = { weight, x, y };
    }
  }
  return best.weight > 0 ? refined(pixels, best) : point;
}

/**
 * Between the corners: where a parabola through three gradients across the edge is highest.
 * @param {Pixels} pixels
 * @param {Point} corner
 * @returns {Point}
 */
function refined(pixels, { x, y }) {
  const { size, dx, dy } = gradientAt(pixels, x, y);
  const isAlongRow = Math.abs(dx) >= Math.abs(dy);
  const [stepX, stepY] = isAlongRow ? [1, 0] : [0, 1];
  const before = gradientAt(pixels, x - stepX, y - stepY).size;
  const after = gradientAt(pixels, x + stepX, y + stepY).size;
  const bend = before - 2 * size + after;
  const shift = bend < 0 ? Math.min(0.5, Math.max(-0.5, (before - after) / (2 * bend))) : 0;
  return { x: x + shift * stepX, y: y + shift * stepY };
}
