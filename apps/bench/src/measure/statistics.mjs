// @ts-check

/** The value below which the given share (0 to 1) of the values lies. */
export function quantile(/** @type {readonly number[]} */ values, /** @type {number} */ share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (/** @type {readonly number[]} */ values) => quantile(values, 0.5);

/** How far the farthest value is from the median, as a share of it. */
export function spread(/** @type {readonly number[]} */ values) {
  const middle = median(values);
  if (middle === 0) return 0;
  return Math.max(...values.map((value) => Math.abs(value - middle))) / Math.abs(middle);
}
