import { ReskueError } from '../errors/reskue-error.js';

/**
 * Reads the text of `INFO memory`. A server that may throw away keys when its memory is full loses jobs without a word;
 * that is worth a warning, and only there, so not where there is no limit.
 */
export function evictionWarning(info: string): ReskueError | undefined {
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1] ?? 'noeviction';
  if (limit === 0 || policy === 'noeviction') return undefined;
  return new ReskueError(
    'RESKUE_EVICTION_POLICY',
    `Redis has maxmemory-policy ${policy} and a limit of ${limit} bytes: when it is full, jobs will vanish. Set maxmemory-policy noeviction`,
  );
}
