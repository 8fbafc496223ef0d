import { isMock, type RedisClient } from '../connection/redis-client.js';
import { delIf } from '../scripts/del-if.js';
import type { SettlementCommand } from '../scripts/outcome.js';
import { runScript } from '../scripts/run-script.js';
import type { PluginHost } from './create-plugin.js';

/** Sends the commands of plugins where there is no claim to settle: an enqueue, an inline run, a hook run by hand. */
export async function sendCommands(host: PluginHost, commands: readonly SettlementCommand[]): Promise<void> {
  if (commands.length === 0) return;
  const client = clientOf(host);
  await Promise.all(commands.map((command) => sendCommand(client, command)));
}

/** Sends one command by itself. */
export function sendCommand(client: RedisClient, command: SettlementCommand): Promise<unknown> {
  if (isMock(client)) return sendPlainly(client, command);
  const { command: name, keys, args } = command;
  if (name !== 'delif') return client.call(name, [...keys, ...args]);
  const [firstKey = '', ...moreKeys] = keys;
  const [firstText = '', ...moreTexts] = args;
  return runScript(client, delIf, { firstKey }, { firstText }, { keys: moreKeys, args: moreTexts });
}

/** The same for the in-memory clients of ioredis-mock, which have methods only, and cannot run our scripts. */
async function sendPlainly(
  client: RedisClient,
  { command, keys, args }: SettlementCommand,
): Promise<unknown> {
  if (command === 'delif') {
    const texts = await Promise.all(keys.map((key) => client.get(key)));
    const fits = texts.every((text, at) => text === null || text.includes(String(args[at] ?? '')));
    return fits ? client.del(...keys) : 0;
  }
  const method: unknown = Reflect.get(client, command);
  if (typeof method !== 'function') throw new Error(`ioredis-mock has no command ${command}`);
  return Reflect.apply(method, client, [...keys, ...args]) as unknown;
}

function clientOf(host: PluginHost): RedisClient {
  // A Queue or a Worker: both have their connection, before connect() through the Queue.
  const { connection, queueObject } = host as Partial<
    Record<'connection' | 'queueObject', { connection?: unknown; client?: unknown }>
  >;
  const found = connection ?? queueObject?.connection;
  return (found as { client: RedisClient }).client;
}
