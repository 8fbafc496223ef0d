import type { RestOperands, Script, ScriptArgument } from './define-script.js';
import { isLean } from './lean-command.js';
import { evalshaText, isUnknownScript, sendEvalsha } from './lean-evalsha.js';

/** The two commands that running a script takes; every ioredis client and Cluster has them. */
export interface ScriptClient {
  evalsha(sha: string, keyCount: number, ...operands: ScriptArgument[]): Promise<unknown>;
  eval(source: string, keyCount: number, ...operands: ScriptArgument[]): Promise<unknown>;
}

/**
 * Runs a script with named operands: EVALSHA, and EVAL only when the server does not know it (first use, restart, SCRIPT FLUSH).
 * Rejects with Redis's own error. Every script may be sent again after a lost reply (docs/protocol.md).
 */
export async function runScript<Key extends string, Arg extends string, Reply>(
  redis: ScriptClient,
  script: Script<Key, Arg, Reply>,
  keys: Readonly<Record<NoInfer<Key>, string>>,
  args: Readonly<Record<NoInfer<Arg>, ScriptArgument>>,
  rest: RestOperands = {},
): Promise<Reply> {
  const operands: ScriptArgument[] = [];
  for (const name of script.keys) operands.push(keys[name]);
  if (rest.keys) for (const key of rest.keys) operands.push(key);
  const keyCount = operands.length;
  for (const name of script.args) operands.push(args[name]);
  if (rest.args) for (const arg of rest.args) operands.push(arg);
  return script.decode(await evaluateScript(redis, script, keyCount, operands));
}

/** The same with operands that are in their order already, and the reply as it came: for what is called most often. */
export function evaluateScript(
  redis: ScriptClient,
  script: { source: string; sha: string },
  keyCount: number,
  operands: readonly ScriptArgument[],
): Promise<unknown> {
  const whole = (): Promise<unknown> => redis.eval(script.source, keyCount, ...operands);
  // Without `async`: its promises cost as much as the rest of this.
  if (isLean(redis)) {
    const text = evalshaText(script.sha, keyCount, operands);
    if (text !== undefined) return sendEvalsha(redis, text, whole);
  }
  return redis.evalsha(script.sha, keyCount, ...operands).catch((error: unknown) => {
    if (!isUnknownScript(error)) throw error;
    return whole();
  });
}
