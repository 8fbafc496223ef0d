import type { OptionSpec } from '../../command/command-spec.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import type { CommandOptions } from '../../command/option-reader.js';

/** Where jobs lie that something is to be done with. */
export type Source =
  | { readonly state: 'waiting'; readonly queue: string }
  | { readonly state: 'failed'; readonly queue: string | undefined }
  | { readonly state: 'delayed'; readonly queue: string | undefined };

export const sourceOptions: readonly OptionSpec[] = [
  {
    flags: '-q, --queue <name>',
    summary: 'jobs that wait in this queue; with --failed or --delayed: of this queue',
  },
  { flags: '--failed', summary: 'failed jobs' },
  { flags: '--delayed', summary: 'delayed jobs' },
];

/** @throws CommandStop (usage) */
export function readSource(options: CommandOptions): Source {
  const queue = options.text('queue');
  const [failed, delayed] = [options.flag('failed'), options.flag('delayed')];
  if (failed && delayed) throw new CommandStop(exitCodes.usage, 'either --failed or --delayed, not both');
  if (failed) return { state: 'failed', queue };
  if (delayed) return { state: 'delayed', queue };
  if (queue !== undefined) return { state: 'waiting', queue };
  throw new CommandStop(exitCodes.usage, 'where do the jobs lie? --queue <name>, --failed or --delayed');
}

export const nameOf = ({ state, queue }: Source): string =>
  state === 'waiting'
    ? `jobs of the queue ${queue}`
    : queue === undefined
      ? `${state} jobs`
      : `${state} jobs of the queue ${queue}`;
