import { ReskueError } from '../errors/reskue-error.js';
import { isForeignServer, isRefusedWrite, isUntrusted } from './explain-failure.js';
import { isCluster, isMock, type RedisClient } from './redis-client.js';

/** What to look at, and how long. */
export interface Probe {
  client: RedisClient;
  /** Written for a second, then gone by itself. */
  testKey: string;
  /** SELECTed first; undefined for a handed-in client, which has its own. */
  database: number | undefined;
  /** 0 = no deadline. */
  deadlineMs: number;
  /** Aborted by `end()`. */
  ended: AbortSignal;
}

export interface ProbeResult {
  /** The text of INFO memory; empty where the server does not tell. */
  info: string;
  /** The server is there but may not be written to (full, a replica, no permission): its error. */
  refused: unknown;
}

/**
 * Sends the test commands in one round trip. Rejects with the first of: a refused command, an answer that no Redis
 * gives, the deadline, `ended`. Each error event of the client meanwhile goes to `heard`.
 */
export async function probeServer(probe: Probe, heard: (error: unknown) => void): Promise<ProbeResult> {
  const { client, deadlineMs, ended } = probe;
  const over = new AbortController();
  const undo: (() => void)[] = [() => over.abort()];
  const stopped = new Promise<never>((_, reject) => {
    const onError = (error: unknown): void => {
      heard(error);
      // Without this, a client would take a web server's answer, or a certificate that it cannot trust, as a broken
      // connection, and try again for ever.
      if (isForeignServer(error) || isUntrusted(error)) reject(error);
    };
    const onEnded = (): void =>
      reject(new ReskueError('RESKUE_CONNECTION_ENDED', 'end() was called before the connection stood'));
    client.on('error', onError);
    ended.addEventListener('abort', onEnded);
    const onDeadline = (): void => reject(new Error(`no answer within ${deadlineMs} ms`));
    const timer = deadlineMs > 0 ? setTimeout(onDeadline, deadlineMs) : undefined;
    undo.push(
      () => client.removeListener('error', onError),
      () => ended.removeEventListener('abort', onEnded),
      () => clearTimeout(timer),
    );
  });
  const asked = ask(probe, over.signal);
  // The loser of the race may still reject, with nobody waiting for it.
  asked.catch(() => {});
  try {
    return await Promise.race([asked, stopped]);
  } finally {
    for (const step of undo) step();
  }
}

async function ask({ client, testKey, database }: Probe, over: AbortSignal): Promise<ProbeResult> {
  if (client.options.enableOfflineQueue === false) await untilReady(client, over);
  const selected = database === undefined || isCluster(client) ? undefined : client.select(database);
  const written = client.set(testKey, 'ok', 'PX', 1_000).then(
    () => undefined,
    (error: unknown) => {
      if (isRefusedWrite(error)) return error;
      throw error;
    },
  );
  const read = client.get(testKey);
  // May be forbidden to this user; what it would tell is a convenience.
  const info = isMock(client) ? '' : client.info('memory').catch(() => '');
  const [refused, value, text] = await Promise.all([written, read, info, selected]);
  // A cluster may read from a replica that has not got the key yet.
  if (refused === undefined && value !== 'ok' && !isCluster(client)) {
    throw new Error(`cannot read connection test key: expected "ok", got ${String(value)}`);
  }
  return { info: text, refused };
}

/** A client without an offline queue rejects whatever is sent before it is connected. */
function untilReady(client: RedisClient, over: AbortSignal): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    client.on('ready', resolve);
    over.addEventListener('abort', () => client.removeListener('ready', resolve));
    // It may have been made with lazyConnect; a failure shows as an error event.
    if (client.status === 'wait') client.connect().catch(() => {});
  });
}
