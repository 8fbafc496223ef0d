import { createHash } from 'node:crypto';

/** What a script may be given: numbers travel as their decimal text. */
export type ScriptArgument = string | number | Buffer;

/** Operands beyond the named ones, in the order that the script's comment tells. */
export interface RestOperands {
  keys?: readonly string[];
  args?: readonly ScriptArgument[];
}

/** A Lua script and how to call it; made by {@link defineScript}, run by `runScript`. */
export interface Script<Key extends string, Arg extends string, Reply> {
  readonly name: string;
  readonly source: string;
  readonly sha: string;
  readonly keys: readonly Key[];
  readonly args: readonly Arg[];
  /** Turns the tagged array that the script returns into a tagged object. */
  readonly decode: (reply: unknown) => Reply;
}

/** Binds a Lua source to the names of its operands; the contract test holds both to each other. */
export function defineScript<const Key extends string, const Arg extends string, Reply>(
  definition: Omit<Script<Key, Arg, Reply>, 'sha'>,
): Script<Key, Arg, Reply> {
  return { ...definition, sha: createHash('sha1').update(definition.source).digest('hex') };
}

/** The reply of a script whose answer is an array; anything else is a fault of ours. */
export function asReply(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new TypeError(`expected a tagged array from a script, got ${String(reply)}`);
}

/** Puts a function that scripts share behind the lines of a source that tell its operands and replies. */
export function withHelper(source: string, helper: string): string {
  const at = source.indexOf('\n', source.search(/^-- replies: /m)) + 1;
  return source.slice(0, at) + helper + source.slice(at);
}
