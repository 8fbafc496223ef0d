import { createKeys } from '@reskue/core/protocol';
import type { TestServer } from '@reskue/testkit';
import fc, { type RunDetails } from 'fast-check';
import { describe, history, type Command } from './commands.js';
import { Wire, type Mutations } from './wire.js';
import { World } from './world.js';

export interface ModelCheck {
  runs: number;
  /** Databases of the server that are used side by side, so that nobody waits for Redis. */
  lanes: number;
  mutations?: Mutations;
  seed?: number;
}

/** Plays random histories; gives what failed first, made as short as it can be, or undefined. */
export async function checkModel(
  server: TestServer,
  { runs, lanes, mutations, seed }: ModelCheck,
): Promise<{ histories: number; steps: number; counterexample: string | undefined }> {
  let steps = 0;
  const check = async (lane: number): Promise<RunDetails<[Command[]]>> => {
    const wire = new Wire(server.client({ db: lane }), createKeys('t'), mutations);
    await wire.load();
    const property = fc.asyncProperty(history, async (commands) => {
      const world = new World(wire);
      await world.begin();
      for (const command of commands) await world.play(command);
      await world.end();
      steps += commands.length;
    });
    const ownSeed = seed === undefined ? {} : { seed: seed + lane };
    return fc.check(property, { numRuns: Math.ceil(runs / lanes), ...ownSeed });
  };
  const checks = await Promise.all(Array.from({ length: lanes }, (_, lane) => check(lane)));
  const failed = checks.find((details) => details.failed);
  return {
    histories: checks.reduce((sum, { numRuns }) => sum + numRuns, 0),
    steps,
    counterexample: failed && tell(failed),
  };
}

function tell({ counterexample, errorInstance, seed, counterexamplePath }: RunDetails<[Command[]]>): string {
  const [commands = []] = counterexample ?? [];
  const told = commands.map(describe).map((line) => `  ${line}`);
  return [`seed ${seed}, path ${String(counterexamplePath)}`, ...told, String(errorInstance)].join('\n');
}
