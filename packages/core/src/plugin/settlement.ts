import type { ScriptArgument } from '../scripts/define-script.js';
import type { SettlementCommand } from '../scripts/outcome.js';
import { hiddenOf, hide } from './hidden.js';

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

/** The part of this plugin, if it has begun one. */
export const presentPart = (plugin: object): SettlementPart | undefined =>
  // Only settlementPart writes it.
  hiddenOf(plugin)?.settlement as SettlementPart | undefined;

/** The part of this plugin, begun when it is first asked for; any object may be a plugin. */
export function settlementPart(plugin: object): SettlementPart {
  const hidden = hide(plugin);
  // Only this function writes it.
  return (hidden.settlement ??= { commands: [], redirection: undefined }) as SettlementPart;
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

/** The same for a plugin of ours, whose commands, and their list, nobody else has in hands. */
export function addOwnCommands(plugin: object, commands: SettlementCommand[]): void {
  const part = settlementPart(plugin);
  part.commands = part.commands.length > 0 ? [...part.commands, ...commands] : commands;
}
