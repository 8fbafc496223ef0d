import type { Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { isLean, type Listener } from './lean-command.js';
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
    return this.#sendLean(redis, rest) ?? this.#evaluate(redis, rest);
  }

  /** The same for one who need not see the reply: he is told in the moment in which it comes. */
  tell(redis: ScriptClient, rest: readonly ScriptArgument[], listener: Listener): void {
    if (this.#sendLean(redis, rest, listener) !== undefined) return;
    this.#evaluate(redis, rest).then(
      () => listener.done(),
      (error: unknown) => listener.failed(error),
    );
  }

  /** Undefined where the client takes no command of ours, or an operand is no text. */
  #sendLean(
    redis: ScriptClient,
    rest: readonly ScriptArgument[],
    listener?: Listener,
  ): Promise<unknown> | undefined {
    // Looked at once for a client: its options stay.
    if (redis !== this.#client) {
      this.#client = redis;
      this.#lean = isLean(redis) ? redis : undefined;
    }
    if (this.#lean === undefined) return undefined;
    const text = commandText(this.#first.length + rest.length + partsBefore, this.#head, rest);
    if (text === undefined) return undefined;
    const whole = (): Promise<unknown> =>
      redis.eval(this.#script.source, this.#keyCount, ...this.#first, ...rest);
    return sendEvalsha(this.#lean, text, whole, listener);
  }

  #evaluate(redis: ScriptClient, rest: readonly ScriptArgument[]): Promise<unknown> {
    return evaluateScript(redis, this.#script, this.#keyCount, [...this.#first, ...rest]);
  }
}
