import type { ResolvedRedisOptions } from './redis-options.js';

/** Where one server keeps its things. */
export interface Places {
  readonly socket: string;
  readonly dir: string;
  readonly port: number | undefined;
}

/** The text of redis.conf: quiet, private, without persistence unless asked; the user's directives win. */
export const redisConf = (options: ResolvedRedisOptions, places: Places): string => {
  const directives: Record<string, string | number | readonly string[]> = {
    bind: '127.0.0.1',
    // Only TCP needs a backlog, and a small one avoids the kernel's warning in the log.
    'tcp-backlog': 128,
    unixsocketperm: 700,
    save: '',
    ...options.config,
    // A password is taken as it is; what else a directive says is redis.conf's own syntax.
    ...(options.config.requirepass !== undefined && {
      requirepass: JSON.stringify(String(options.config.requirepass)),
    }),
    port: places.port ?? 0,
    unixsocket: JSON.stringify(places.socket),
    dir: JSON.stringify(places.dir),
    appendonly: options.appendonly === 'no' ? 'no' : 'yes',
    appendfsync: options.appendonly,
    daemonize: 'no',
  };
  const lines = Object.entries(directives).flatMap(([directive, value]) =>
    (Array.isArray(value) ? value : [value]).map((text) => `${directive} ${text === '' ? '""' : text}`),
  );
  return `${lines.join('\n')}\n`;
};
