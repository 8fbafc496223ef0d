/** What keeps a process alive, and would keep an application from ending: `{ Timeout: 2, TCPSocketWrap: 1 }`. */
export type Handles = Record<string, number>;

/** Counts this process's open handles by kind. */
export const openHandles = (): Handles => {
  const counts: Handles = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

// Requests in flight come and go with the test runner's own reading and importing.
const passing = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'CloseReq',
  'ConnectReq',
  'Immediate',
  'TickObject',
]);

/** The kinds of which there are more than before, such as `['TCPSocketWrap: 2, was 0']`. */
export const handlesLeft = (before: Handles): string[] =>
  Object.entries(openHandles())
    .filter(([kind, count]) => !passing.has(kind) && count > (before[kind] ?? 0))
    .map(([kind, count]) => `${kind}: ${count}, was ${before[kind] ?? 0}`);
