import type { RedisClient } from '../connection/redis-client.js';
import { delIf } from '../scripts/del-if.js';
import type { SettlementCommand } from '../scripts/outcome.js';
import { runScript } from '../scripts/run-script.js';
import type { PluginHost } from './create-plugin.js';

/** Sends the commands of plugins where there is no claim to settle: an enqueue, an inline run, a hook run by hand. */
export async function sendCommands(host: PluginHost, commands: readonly SettlementCommand[]): Promise<void> {
  if (commands.length === 0) return;
  const client = clientOf(host);
  await Promise.all(commands.map((command) => send(client, command)));
}

function send(client: RedisClient, { command, keys, args }: SettlementCommand): Promise<unknown> {
  if (command !== 'delif') return client.call(command, [...keys, ...args]);
  const [firstKey = '', ...moreKeys] = keys;
  const [firstText = '', ...moreTexts] = args;
  return runScript(client, delIf, { firstKey }, { firstText }, { keys: moreKeys, args: moreTexts });
}

function clientOf(host: PluginHost): RedisClient {
  // A Queue or a Worker: both have their connection, before connect() through the Queue.
  const { connection, queueObject } = host as Partial<
    Record<'connection' | 'queueObject', { connection?: unknown; client?: unknown }>
  >;
  const found = connection ?? queueObject?.connection;
  return (found as { client: RedisClient }).client;
}
