import type { ScriptArgument } from '../scripts/define-script.js';
import type { SettlementCommand } from '../scripts/outcome.js';

/** Where the job goes instead of the end that it would have. */
export type Redirection =
  /** Again later: from this moment on (epoch ms). Counts as a failed attempt. */
  | { kind: 'retried'; dueMs: number }
  /** The same, at once. */
  | { kind: 'retried'; to: 'front' | 'back' }
  /** Back, as if it had not been claimed: later (epoch ms), or to an end of its queue at once. Counts as nothing. */
  | { kind: 'requeued'; dueMs: number }
  | { kind: 'requeued'; to: 'front' | 'back' };

/** What one plugin adds to the settlement of its job. */
export interface SettlementPart {
  commands: SettlementCommand[];
  redirection: Redirection | undefined;
}

// A symbol of the registry: a plugin may extend the class of another copy of this package.
const part = Symbol.for('reskue.plugin.settlement');

/** The part of this plugin, if it has begun one. */
export function presentPart(plugin: object): SettlementPart | undefined {
  // Nobody else has a reason to use this symbol.
  return Reflect.get(plugin, part) as SettlementPart | undefined;
}

/** The part of this plugin, begun when it is first asked for; any object may be a plugin. */
export function settlementPart(plugin: object): SettlementPart {
  const present = presentPart(plugin);
  if (present !== undefined) return present;
  const begun: SettlementPart = { commands: [], redirection: undefined };
  // Not enumerable: a plugin looks in a log as its author wrote it.
  Object.defineProperty(plugin, part, { value: begun });
  return begun;
}

/** Takes what was collected, so that nothing is sent twice. */
export function takeCommands(plugin: object): SettlementCommand[] {
  return presentPart(plugin)?.commands.splice(0) ?? [];
}

/** Adds one Redis command to the settlement. */
export function addCommand(
  plugin: object,
  command: string,
  keys: readonly string[],
  args: readonly ScriptArgument[],
): void {
  settlementPart(plugin).commands.push({ command, keys: [...keys], args: [...args] });
}
