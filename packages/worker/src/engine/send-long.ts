import {
  isLean,
  runLongCycle,
  type Connection,
  type CycleCall,
  type CycleReply,
} from '@reskue/core/protocol';

/** So long, ms, jobs are not claimed by the way for long payloads when something was out of the ordinary: it may last. */
const closedMs = 1_000;
/** The same where payloads cannot be moved like this: an administrator, or another server, may change that. */
const refusedMs = 600_000;

const opensAt = new WeakMap<Connection, number>();

/** Tells whether long payloads may be claimed past Lua over the connection of the moment, as far as is known. */
export const longWayOf =
  (engine: { readonly connection: Connection }): (() => boolean) =>
  () => {
    const { connection } = engine;
    return isLean(connection.client) && performance.now() >= (opensAt.get(connection) ?? 0);
  };

/** Sends a call by the way for long payloads; over any client that can take it, for claims that were made by it. */
export async function sendLong(connection: Connection, call: CycleCall): Promise<CycleReply> {
  const { client, keys } = connection;
  const reply = await runLongCycle(client, keys, call);
  const way = reply.status === 'cycled' ? reply.ahead.long?.way : undefined;
  if (way === 'closed') opensAt.set(connection, performance.now() + closedMs);
  if (way === 'refused') opensAt.set(connection, performance.now() + refusedMs);
  return reply;
}
