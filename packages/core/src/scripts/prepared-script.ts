import type { Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { isLean } from './lean-command.js';
import { commandText, headText, longerHead, partsBefore, sendEvalsha } from './lean-evalsha.js';
import { evaluateScript, type ScriptClient } from './run-script.js';

/** A script whose first operands are the same from call to call: their text is made once. */
export class PreparedScript {
  readonly #script: { source: string; sha: string };
  readonly #keyCount: number;
  readonly #first: readonly string[];
  readonly #head: string;
  #client: ScriptClient | undefined;
  #lean: Redis | undefined;

  /** @param first begins with all of the keys. */
  constructor(script: { source: string; sha: string }, keyCount: number, first: readonly string[]) {
    this.#script = script;
    this.#keyCount = keyCount;
    this.#first = first;
    this.#head = longerHead(headText(script.sha, keyCount), first);
  }

  /** Runs it with the operands that follow, and gives the reply as it came. */
  run(redis: ScriptClient, rest: readonly ScriptArgument[]): Promise<unknown> {
    // Looked at once for a client: its options stay.
    if (redis !== this.#client) {
      this.#client = redis;
      this.#lean = isLean(redis) ? redis : undefined;
    }
    const parts = this.#first.length + rest.length + partsBefore;
    const text = this.#lean && commandText(parts, this.#head, rest);
    if (this.#lean === undefined || text === undefined)
      return evaluateScript(redis, this.#script, this.#keyCount, [...this.#first, ...rest]);
    return sendEvalsha(this.#lean, text, () =>
      redis.eval(this.#script.source, this.#keyCount, ...this.#first, ...rest),
    );
  }
}
