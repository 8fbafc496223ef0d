import type { Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { isLean } from './lean-command.js';
import { headText, operandsText, partsBefore, sendEvalsha } from './lean-evalsha.js';
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
    this.#head = headText(script.sha, keyCount) + (operandsText(first) ?? '');
  }

  /** Runs it with the operands that follow, and gives the reply as it came. */
  run(redis: ScriptClient, rest: readonly ScriptArgument[]): Promise<unknown> {
    // Looked at once for a client: its options stay.
    if (redis !== this.#client) {
      this.#client = redis;
      this.#lean = isLean(redis) ? redis : undefined;
    }
    const texts = this.#lean && operandsText(rest);
    if (this.#lean === undefined || texts === undefined)
      return evaluateScript(redis, this.#script, this.#keyCount, [...this.#first, ...rest]);
    const text = `*${this.#first.length + rest.length + partsBefore}\r\n${this.#head}${texts}`;
    return sendEvalsha(this.#lean, text, () =>
      redis.eval(this.#script.source, this.#keyCount, ...this.#first, ...rest),
    );
  }
}
