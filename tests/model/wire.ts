import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TestServer } from '@reskue/testkit';
import * as protocol from '@reskue/core/protocol';
import type { Connection, Keys, Script, ScriptArgument, ScriptClient } from '@reskue/core/protocol';
import { decodeState, readEverything, type RedisState } from './redis-state.js';

type Redis = TestServer['redis'];

/** A call of a script as it goes over the wire; it can be delivered late, often, or never. */
export interface Recorded {
  sha: string;
  keyCount: number;
  operands: ScriptArgument[];
  /** What is sent before it, and mostly spares it: only where that answers `full`, this follows. */
  quick?: Recorded;
}

/** Sources that stand in for a script's own; several are sent as as many commands, one after the other. */
export type Mutations = Partial<Record<string, string[]>>;

interface Known {
  name: string;
  shas: string[];
  /** Index of the operand `now` behind the keys, or -1. */
  now: number;
}

/** Every script that core has; the model runs them all the same way. */
type AnyScript = Pick<Script<string, string, unknown>, 'name' | 'source' | 'sha' | 'args'>;
const scripts = Object.values<unknown>(protocol).filter(
  (value): value is AnyScript =>
    typeof value === 'object' && value !== null && 'source' in value && 'sha' in value,
);

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const readEverythingSha = sha1(readEverything);

/** What a call consists of, without sending it: everything up to EVALSHA happens at once. */
export function record(call: (client: ScriptClient) => unknown): Recorded {
  let recorded: Recorded | undefined;
  const never = new Promise<never>(() => {});
  call({
    evalsha: (sha, keyCount, ...operands) => {
      recorded = { sha, keyCount, operands };
      return never;
    },
    eval: () => never,
  });
  if (!recorded) throw new Error('the call runs no script');
  return recorded;
}

/** The way to Redis: runs recorded calls and reads what is there afterwards. */
export class Wire {
  readonly #known = new Map<string, Known>();

  constructor(
    readonly redis: Redis,
    readonly keys: Keys,
    readonly mutations: Mutations = {},
  ) {
    for (const { name, source, sha, args } of scripts) {
      const sources = mutations[name] ?? [source];
      this.#known.set(sha, { name, shas: sources.map(sha1), now: args.indexOf('now') });
    }
  }

  /** Loads every script; the server must have them before the first call. */
  async load(): Promise<void> {
    const sources = scripts.flatMap(({ name, source }) => this.mutations[name] ?? [source]);
    await Promise.all([...sources, readEverything].map((source) => this.redis.script('LOAD', source)));
  }

  /** Delivers a call at a time (ms) and gives, for each command that it consists of, the reply and the state after it. */
  async *deliver(call: Recorded, now: number): AsyncGenerator<{ reply: unknown; state: RedisState }> {
    if (call.quick) {
      const before = await this.state();
      for await (const step of this.deliver(call.quick, now)) {
        if (!Array.isArray(step.reply) || step.reply[0] !== 'full') {
          yield step;
          return;
        }
        if (!isDeepStrictEqual(step.state, before)) throw new Error('what is left to others was begun');
      }
    }
    const known = this.#known.get(call.sha);
    if (!known) throw new Error(`no script has the digest ${call.sha}`);
    const operands = [...call.operands];
    if (known.now >= 0) operands[call.keyCount + known.now] = now;
    for (const sha of known.shas) {
      // Sent together: nobody else is there to come in between.
      const [reply, state] = await Promise.all([
        this.redis.evalsha(sha, call.keyCount, ...operands),
        this.state(),
      ]);
      yield { reply, state };
    }
  }

  async state(): Promise<RedisState> {
    // The script above gives pairs of a key and texts.
    const everything = (await this.redis.evalsha(readEverythingSha, 0)) as [string, string[]][];
    return decodeState(this.keys, everything);
  }

  /** What `read` would run as a script after it has read what it needs. */
  async recordAfterReading(read: (connection: Connection) => Promise<unknown>): Promise<Recorded> {
    const { redis, keys } = this;
    return new Promise((resolve, reject) => {
      const run: Connection['run'] = (script, named, args, rest) => {
        resolve(record((client) => protocol.runScript(client, script, named, args, rest)));
        return new Promise(() => {});
      };
      // As much of a Connection as reading before a script takes.
      read({ client: redis, keys, dialect: 'node', run } as unknown as Connection).catch(reject);
    });
  }
}
