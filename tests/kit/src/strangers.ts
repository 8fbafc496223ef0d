import type { Redis } from 'ioredis';

/** Everybody who is connected to the server except connections of that name, one line each as in CLIENT LIST. */
export const strangers = async (redis: Redis, ownName: string): Promise<string[]> =>
  String(await redis.client('LIST'))
    .trim()
    .split('\n')
    .filter((line) => !` ${line} `.includes(` name=${ownName} `));
