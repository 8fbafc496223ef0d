import type { RedisClient } from '../connection/redis-client.js';
import { isLean, LeanCommand } from './lean-command.js';
import { operandsText } from './lean-evalsha.js';

/** EXISTS, as quickly as it can be sent: how many of these keys there are. */
export function countExisting(client: RedisClient, keys: readonly string[]): Promise<unknown> {
  const operands = operandsText(keys);
  if (!isLean(client) || operands === undefined) return client.exists([...keys]);
  const command = new LeanCommand('exists', `*${keys.length + 1}\r\n$6\r\nexists\r\n${operands}`);
  client.sendCommand(command);
  return command.promise;
}
