// @ts-check
/** `pnpm soak --minutes N`: real processes under random faults for N minutes (default 5), ending in a table. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap, root } from './bootstrap.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
if (!(Number(values.minutes) > 0)) {
  console.error(`--minutes must be a number above 0, got ${values.minutes}`);
  process.exit(1);
}
await bootstrap();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'tests/faults/soak/vitest.config.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SOAK_MINUTES: values.minutes },
  },
);
process.exit(status ?? 1);
