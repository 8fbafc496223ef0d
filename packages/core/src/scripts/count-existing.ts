import type { RedisClient } from '../connection/redis-client.js';
import { isLean, LeanCommand } from './lean-command.js';
import { commandText } from './lean-evalsha.js';

/** EXISTS, as quickly as it can be sent: how many of these keys there are. */
export function countExisting(client: RedisClient, keys: readonly string[]): Promise<unknown> {
  const text = isLean(client) ? commandText(keys.length + 1, '$6\r\nexists', keys) : undefined;
  if (!isLean(client) || text === undefined) return client.exists([...keys]);
  const command = new LeanCommand('exists', text);
  client.sendCommand(command);
  return command.promise;
}
