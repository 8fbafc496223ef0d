import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moments, type Sent } from '../rig/proxy.js';
import { report } from '../rig/report.js';
import { Lane } from './lane.js';
import { lives, type Life, type Role } from './life.js';
import { runLife, type Blow, type Run } from './run-life.js';

const laneCount = 4;
let lanes: Lane[] = [];

beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: laneCount }, () => Lane.open()));
}, 30_000);
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
});

/** Connections begin the same in each process, and processes in each life: they are struck in the first one only. */
const connecting = /^(hello|client|info|select|set|get)/;
const struckAlready = new Set<string>();

/** Commands that carry the job itself, or that begin and end a process; others only prepare a connection. */
const matters =
  /^(enqueue|enqueueDelayed|cycle|quickCycle|loneCycle|promote|duePage|dueSeconds|lock|extendLock|register|unregister|renew|blpop|lead|resign|reap|hgetall)/;
/** Commands that time brings, or not. */
const byTime = /^(renew|set|ping|rpush|expire)/;

async function blowsFor(life: Life, victim: Role): Promise<Blow[]> {
  const { passed, ending } = await runLife(lanes[0]!, life, victim);
  const isNew = ({ command, occurrence }: Sent): boolean => {
    const name = `${connecting.test(command) ? '' : victim} ${command} ${occurrence}`;
    if (struckAlready.has(name) && !inEachLife.test(command)) return false;
    struckAlready.add(name);
    return true;
  };
  const blows = (sent: Sent, isInEnd: boolean): Blow[] =>
    moments
      .filter((moment) => moment !== 'after its reply' || matters.test(sent.command))
      .flatMap((moment) =>
        (['kill', 'drop'] as const).map((strike) => ({ boundary: { ...sent, moment }, strike, isInEnd })),
      );
  return [
    ...passed.filter(isNew).flatMap((sent) => blows(sent, false)),
    ...ending.filter(isNew).flatMap((sent) => blows(sent, true)),
  ];
}

/** Commands that carry the job itself: struck in each life. */
const inEachLife =
  /^(enqueue|enqueueDelayed|cycle|quickCycle|loneCycle|promote|duePage|lock|extendLock|reap|hgetall|hmget)/;

describe.each(lives.flatMap((life) => life.victims.map((victim) => [life.name, victim, life] as const)))(
  'a %s job and its %s',
  (name, victim, life) => {
    test('at every command: killed and cut off, before and after it', { timeout: 300_000 }, async () => {
      const blows = await blowsFor(life, victim);
      const waiting = [...blows];
      const failures: string[] = [];
      const missed: Blow[] = [];
      const runs: Run[] = [];
      const work = async (lane: Lane): Promise<void> => {
        for (let blow = waiting.shift(); blow; blow = waiting.shift()) {
          const { boundary, strike } = blow;
          const what = `${strike} ${boundary.moment}: ${boundary.command} ${boundary.occurrence}`;
          try {
            const run = await runLife(lane, life, victim, blow);
            runs.push(run);
            if (!run.hasStruck) missed.push(blow);
          } catch (error) {
            failures.push(`${what}: ${String(error)}`);
          }
        }
      };
      await Promise.all(lanes.map(work));
      const recoveries = runs.flatMap(({ recoveryMs }) => recoveryMs ?? []);
      report({
        fault: `${name} job, its ${victim} struck at each command`,
        count: runs.length - missed.length,
        jobs: runs.length,
        lost: failures.length,
        stuck: 0,
        twice: runs.filter(({ starts }) => starts > life.starts).length,
        reason: 'killed while at work',
        recoveries,
      });
      expect(failures).toEqual([]);
      // Whether a command comes a second time is often a question of timing; the first is not.
      expect(
        missed.filter(({ boundary: { command, occurrence } }) => occurrence === 1 && !byTime.test(command)),
      ).toEqual([]);
      expect(missed.length).toBeLessThan(blows.length / 3);
      expect(Math.max(0, ...recoveries)).toBeLessThanOrEqual(4_000);
    });
  },
);
