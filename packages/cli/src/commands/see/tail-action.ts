import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../../command/command-context.js';
import { readEvents, takePicture, type FleetEvent } from '../../fleet/fleet-events.js';
import { LiveRows } from '../../output/live-rows.js';

export async function run({ open, out, options, signal }: CommandContext): Promise<undefined> {
  const { connection } = await open();
  const intervalMs = Math.max(50, options.durationMs('interval') ?? 500);
  const forMs = options.durationMs('for') ?? Infinity;
  const { red, green } = out.colors;
  const printed = new LiveRows<FleetEvent>(out, [
    { title: 'AT', value: ({ at }) => at },
    {
      title: 'EVENT',
      value: ({ event }) => (event === 'failed' ? red(event) : event === 'started' ? green(event) : event),
    },
    { title: 'WHERE', value: ({ worker, queue }) => worker ?? queue },
    { title: 'WHAT', value: ({ text }) => text },
  ]);
  const startedAt = performance.now();
  let before = await takePicture(connection);
  while (performance.now() - startedAt < forMs) {
    await sleep(Math.min(intervalMs, Math.max(0, forMs - (performance.now() - startedAt))), undefined, {
      signal,
    });
    const after = await takePicture(connection);
    for (const event of await readEvents(connection, before, after)) await printed.row(event);
    before = after;
  }
}
