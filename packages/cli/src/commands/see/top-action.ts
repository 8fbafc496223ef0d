import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { ratesOf, readCounters, readStatus, type Rates } from '../../fleet/read-status.js';
import { Screen } from '../../output/screen.js';
import { formatTop, SORTS, type TopView } from '../../output/format-top.js';

const INTERVALS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

export async function run(context: CommandContext): Promise<undefined> {
  const { open, out, options, signal } = context;
  if (!out.isTerminal || !process.stdin.isTTY) {
    throw new CommandStop(exitCodes.usage, 'top needs a terminal; elsewhere there is stats --watch');
  }
  let intervalMs = Math.max(100, options.durationMs('interval') ?? 2_000);
  const view: TopView = { sort: 0, isReversed: false, isHeld: false };
  const { connection } = await open();
  const screen = new Screen(signal);
  context.defer(() => screen.close());
  let before = await readCounters(connection);
  let rates: Rates = { processedPerSecond: 0, failedPerSecond: 0 };
  let status = await readStatus(connection);
  for (;;) {
    screen.draw(formatTop(status, rates, view, { intervalMs, colors: out.colors }, screen.size));
    const key = await screen.key(view.isHeld ? undefined : intervalMs);
    if (key === 'q' || key === '\u0003' || key === 'gone') return;
    if (key === ' ') view.isHeld = !view.isHeld;
    else if (key === 's') view.sort = (view.sort + 1) % SORTS.length;
    else if (key === 'r') view.isReversed = !view.isReversed;
    else if (key === '+') intervalMs = next(intervalMs, 1);
    else if (key === '-') intervalMs = next(intervalMs, -1);
    if (key !== 'time') continue;
    const after = await readCounters(connection);
    rates = ratesOf(before, after);
    before = after;
    status = await readStatus(connection);
  }
}

/** The next interval of the list; `+` looks more often. */
function next(intervalMs: number, direction: 1 | -1): number {
  const longer = INTERVALS_MS.find((one) => one > intervalMs);
  const shorter = INTERVALS_MS.findLast((one) => one < intervalMs);
  return (direction === 1 ? shorter : longer) ?? intervalMs;
}
