import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a server that we fetched ourselves is kept: `RESKUE_CACHE_DIR`, else `reskue` in the user's cache folder. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.RESKUE_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'reskue');
