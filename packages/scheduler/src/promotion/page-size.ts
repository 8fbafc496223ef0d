/** How many payloads the first page of a list asks for: before any was seen, they may be of any size. */
export const firstPageSize = 100;
const largestPageSize = 1_000;
const pageBytes = 4_000_000;

/** How many to ask for next, so that a page of such payloads stays near 4 MB. */
export function nextPageSize(payloads: readonly string[]): number {
  const length = payloads.reduce((sum, payload) => sum + payload.length, 0);
  return pageSizeFor(payloads.length, length);
}

/** The same, where so many payloads were so long together. */
export function pageSizeFor(count: number, length: number): number {
  if (count === 0) return largestPageSize;
  const fitting = Math.floor((pageBytes * count) / Math.max(1, length));
  return Math.min(largestPageSize, Math.max(1, fitting));
}
