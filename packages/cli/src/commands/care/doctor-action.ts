import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import type { Finding } from '../../fleet/doctor/finding.js';
import { examineFleet } from '../../fleet/doctor/examine-fleet.js';
import { examineLists } from '../../fleet/doctor/examine-lists.js';
import { examineRedis } from '../../fleet/doctor/examine-redis.js';

export async function run({ open, out, options, signal }: CommandContext): Promise<number> {
  const { connection } = await open();
  const sample = options.integer('sample') ?? 1_000;
  const found: Finding[] = [
    ...(await examineRedis(connection)),
    ...(await examineFleet(connection, signal)),
    ...(await examineLists(connection, sample === 0 ? Infinity : sample, signal)),
  ];
  const { red, yellow, green } = out.colors;
  const paint = (text: string) =>
    text.startsWith('fault') ? red(text) : text.startsWith('warning') ? yellow(text) : green(text);
  await out.rows(
    [
      { title: 'CHECK', value: ({ check }) => check },
      { title: 'STATE', value: ({ state }) => state, paint },
      { title: 'FOUND', value: ({ detail }) => detail, shrinkTo: 20 },
      { title: 'REMEDY', value: ({ remedy }) => remedy, shrinkTo: 20 },
    ],
    found,
  );
  return found.some(({ state }) => state === 'fault') ? exitCodes.failed : exitCodes.done;
}
