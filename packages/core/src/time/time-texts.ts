const two = (value: number): string => String(value).padStart(2, '0');

/** As node-resque writes times: `Sun Nov 22 2026 08:15:28 GMT+0000 (Coordinated Universal Time)`. */
export const nodeDate = (atMs: number): string => new Date(atMs).toString();

/** As Ruby Resque writes `worker:ID:started`: `2026-11-22 08:15:28 +0000`. */
export const rubyStarted = (atMs: number): string => `${isoSeconds(atMs).replace('T', ' ')} +0000`;

/** As Ruby Resque writes `run_at`: `2026-11-22T08:15:28Z`. */
export const rubyRunAt = (atMs: number): string => `${isoSeconds(atMs)}Z`;

/** As Ruby Resque writes `workers:heartbeat`: `2026-11-22T08:15:28+00:00`. */
export const rubyHeartbeat = (atMs: number): string => `${isoSeconds(atMs)}+00:00`;

/** As Ruby Resque writes `failed_at` and `retried_at`: `2026/11/22 08:15:28 UTC`. */
export const rubyFailedAt = (atMs: number): string =>
  `${isoSeconds(atMs).replaceAll('-', '/').replace('T', ' ')} UTC`;

/** As node-resque's Retry writes `failed_at`: `2026/11/22 08:15:28`, local time. */
export function localFailedAt(atMs: number): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('/');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

const isoSeconds = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19);
