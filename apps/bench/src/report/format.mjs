// @ts-check
const digits = (/** @type {number} */ value) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

/** A figure with three digits or more: 12,345 · 12.3 · 0.12. */
export function figure(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return '-';
  return value.toLocaleString('en-US', { maximumFractionDigits: digits(value) });
}

export const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`;
