import type { RedisClient } from '../connection/redis-client.js';
import type { SettlementCommand } from '../scripts/outcome.js';
import type { PluginHost } from './create-plugin.js';

/** Sends the commands of plugins where there is no claim to settle: an enqueue, an inline run, a hook run by hand. */
export async function sendCommands(host: PluginHost, commands: readonly SettlementCommand[]): Promise<void> {
  if (commands.length === 0) return;
  const client = clientOf(host);
  await Promise.all(commands.map(({ command, keys, args }) => client.call(command, [...keys, ...args])));
}

function clientOf(host: PluginHost): RedisClient {
  // A Queue or a Worker: both have their connection, before connect() through the Queue.
  const { connection, queueObject } = host as Partial<
    Record<'connection' | 'queueObject', { connection?: unknown; client?: unknown }>
  >;
  const found = connection ?? queueObject?.connection;
  return (found as { client: RedisClient }).client;
}
