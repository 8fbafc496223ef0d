import type { Dialect } from '@reskue/core';

/** What `reskue.config.{ts,js,json}` may hold. Flags and the environment win over it. */
export interface ReskueConfig {
  /** `redis://`, `rediss://` or `unix:///socket`. */
  url?: string;
  host?: string;
  port?: number;
  db?: number;
  user?: string;
  password?: string;
  /** A file whose first line is the password. */
  passwordFile?: string;
  tls?: boolean;
  /** Prefix of every key. @default "resque" */
  namespace?: string;
  /** How to write: as node-resque does, or as Ruby Resque does. @default "node" */
  dialect?: Dialect;
  /** How long to wait for Redis, such as `5s`. @default "5s" */
  timeout?: string;
  /** Further members are the options of commands, by the names that their help gives. */
  [option: string]: unknown;
}

/** Gives the configuration back, with its type known to the editor. */
export function defineConfig(config: ReskueConfig): ReskueConfig {
  return config;
}
