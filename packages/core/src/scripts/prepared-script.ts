import type { Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { isLean } from './lean-command.js';
import { commandText, headText, longerHead, partsBefore, sendEvalsha, tellEvalsha } from './lean-evalsha.js';
import { evaluateScript, type ScriptClient } from './run-script.js';
import type { Listener } from './told-command.js';

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
    const lean = this.#leanOf(redis);
    const text = lean && this.#textOf(rest);
    if (!lean || text === undefined) return this.#evaluate(redis, rest);
    return sendEvalsha(lean, text, () => this.#whole(redis, rest));
  }

  /** The same for one who is told in the moment in which the reply comes. */
  tell(redis: ScriptClient, rest: readonly ScriptArgument[], listener: Listener): void {
    const lean = this.#leanOf(redis);
    const text = lean && this.#textOf(rest);
    if (lean && text !== undefined) tellEvalsha(lean, text, () => this.#whole(redis, rest), listener);
    else
      this.#evaluate(redis, rest).then(
        (reply) => listener.done(reply),
        (error: unknown) => listener.failed(error),
      );
  }

  /** Undefined where the client takes no command of ours. */
  #leanOf(redis: ScriptClient): Redis | undefined {
    // Looked at once for a client: its options stay.
    if (redis !== this.#client) {
      this.#client = redis;
      this.#lean = isLean(redis) ? redis : undefined;
    }
    return this.#lean;
  }

  /** Undefined where an operand is no text. */
  #textOf(rest: readonly ScriptArgument[]): string | undefined {
    return commandText(this.#first.length + rest.length + partsBefore, this.#head, rest);
  }

  #whole(redis: ScriptClient, rest: readonly ScriptArgument[]): Promise<unknown> {
    return redis.eval(this.#script.source, this.#keyCount, ...this.#first, ...rest);
  }

  #evaluate(redis: ScriptClient, rest: readonly ScriptArgument[]): Promise<unknown> {
    return evaluateScript(redis, this.#script, this.#keyCount, [...this.#first, ...rest]);
  }
}
