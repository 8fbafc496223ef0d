import type { ScriptArgument } from './define-script.js';
import { countText, headText, isLean, operandsText, sendEvalsha } from './lean-evalsha.js';
import { evaluateScript, type ScriptClient } from './run-script.js';

/** A script whose first operands are the same from call to call: their text is made once. */
export class PreparedScript {
  readonly #script: { source: string; sha: string };
  readonly #keyCount: number;
  readonly #first: readonly string[];
  readonly #head: string;

  /** @param first begins with all of the keys. */
  constructor(script: { source: string; sha: string }, keyCount: number, first: readonly string[]) {
    this.#script = script;
    this.#keyCount = keyCount;
    this.#first = first;
    this.#head = headText(script.sha, keyCount) + (operandsText(first) ?? '');
  }

  /** Runs it with the operands that follow, and gives the reply as it came. */
  run(redis: ScriptClient, rest: readonly ScriptArgument[]): Promise<unknown> {
    if (isLean(redis)) {
      const texts = operandsText(rest);
      if (texts !== undefined) {
        const text = countText(this.#first.length + rest.length) + this.#head + texts;
        return sendEvalsha(redis, text, () =>
          redis.eval(this.#script.source, this.#keyCount, ...this.#first, ...rest),
        );
      }
    }
    return evaluateScript(redis, this.#script, this.#keyCount, [...this.#first, ...rest]);
  }
}
