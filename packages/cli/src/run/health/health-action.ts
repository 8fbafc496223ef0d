import { hostname } from 'node:os';
import type { CommandAction } from '../../command/command-spec.js';
import { exitCodes } from '../../command/exit-codes.js';
import { askHealth } from './ask-health.js';

export const run: CommandAction = async ({ options, out, notes, open }) => {
  const port = options.integer('healthPort', 1);
  if (port === undefined) {
    const { connection } = await open();
    const { keys, client } = connection;
    const [seconds] = await client.time();
    const leases = await client.zrange(keys.leases, Number(seconds) * 1_000, '+inf', 'BYSCORE');
    const own = leases.filter((id) => id.split('@')[1]?.startsWith(`${hostname()}:`));
    if (own.length === 0) {
      notes.error(`no worker of ${hostname()} keeps a lease`);
      return exitCodes.failed;
    }
    await out.line(`${own.length} processes of ${hostname()} keep their lease`);
    return exitCodes.done;
  }
  const given = options.text('healthHost') ?? '127.0.0.1';
  // Where it listens on all addresses, this one is among them.
  const host = ['0.0.0.0', '::', ''].includes(given) ? '127.0.0.1' : given;
  const path = options.flag('ready') ? '/readyz' : '/healthz';
  try {
    const { ok, text } = await askHealth(host, port, path);
    await out.line(text);
    return ok ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    notes.error(`${host}:${port} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.failed;
  }
};
