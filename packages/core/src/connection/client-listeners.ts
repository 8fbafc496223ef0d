import type { RedisClient } from './redis-client.js';

interface Handlers {
  error: (error: unknown) => void;
  end: () => void;
  ready: () => void;
}

// Ours, and that of the probe while connecting.
const ROOM = 2;

/**
 * Puts one listener an event on the client; the returned function takes them off again. A client that is handed to
 * many Connections gets room for the listeners of each, so that Node does not warn of a leak that is none.
 */
export function listenTo(client: RedisClient, handlers: Handlers): () => void {
  makeRoom(client, ROOM);
  client.on('error', handlers.error);
  client.on('end', handlers.end);
  client.on('ready', handlers.ready);
  return () => {
    client.removeListener('error', handlers.error);
    client.removeListener('end', handlers.end);
    client.removeListener('ready', handlers.ready);
    makeRoom(client, -ROOM);
  };
}

function makeRoom(client: RedisClient, more: number): void {
  const limit = client.getMaxListeners();
  // 0 means no limit.
  if (limit > 0) client.setMaxListeners(limit + more);
}
