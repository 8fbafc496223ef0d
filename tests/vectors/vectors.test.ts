import { readFileSync } from 'node:fs';
import { Queue, type Dialect } from 'reskue';
import { redisServer } from '@reskue/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { scenarios, type Stage } from './scenarios.test-kit.js';
import { differences, dumpOf, masked, vectors, type Difference } from './vector.test-kit.js';

const server = redisServer();
let roles: { end(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(roles.map((role) => role.end()));
  roles = [];
});

/** Keys of ours, at which no neighbour looks. */
const ours =
  /^resque:(leases|leases:looked|lease:.*|wake|wake:.*|due|due:wake|leader|producer:.*|schedules:.*)$/;

/** What a difference is called on the page; `undefined` when it has no name, and is a fault. */
function nameOf({ kind, key }: Difference, scenario: string, dialect: Dialect): string | undefined {
  const name = key.replace(/^resque:/, '');
  const isClean = scenario === 'worker_killed_mid_job';
  if (name === 'pruning_dead_workers_in_progress' && kind === 'only theirs') return 'prune-lock';
  if (name.startsWith('worker:ping:') && kind === 'only ours' && dialect === 'ruby') return 'ping';
  if (/scheduler_(leader|master)_lock$/.test(name) && kind === 'only ours') return 'all-locks';
  if (isClean && dialect === 'ruby' && /^(failed|stat:|worker)/.test(name)) return 'no-child';
  if (isClean && name === 'failed' && kind === 'value') return 'bytes';
  if (isClean && kind === 'only theirs') return 'tidy';
  if (scenario === 'delayed_removed' && kind === 'only theirs') return 'tidy';
  if (scenario === 'delayed_promoted' && kind === 'value') return 'bytes';
  if (scenario === 'worker_idle_star' && dialect === 'node' && name.startsWith('worker')) return 'one-id';
  if (/^(workers)?lock:/.test(name) && kind === 'value') return 'holder';
  if (/^worker:<HOST>:<PID>:rig$/.test(name) && kind === 'value') return 'record';
  if (/enqueue_(floats|nested|bigints|time_symbol)|rails_html/.test(scenario) && kind === 'value')
    return dialect === 'ruby' ? 'javascript' : undefined;
  if (scenario === 'worker_unknown_class' && name === 'failed') return 'own-words';
  if (scenario === 'failed_requeued' && name === 'failed' && kind === 'only theirs') return 'requeue';
  if (/^(failure-)?resque-retry:/.test(name) && kind === 'ttl') return 'retry-ttl';
  if (scenario === 'delayed_same_second' && dialect === 'ruby' && kind === 'value') return 'no-twins';
  if (scenario === 'node_connect' && kind === 'ttl') return 'test-key';
  if (scenario === 'schedule_set' && name === 'persistent_schedules') return 'list-args';
  if (name === 'delayed:last_enqueued_at' && kind === 'value') return 'utc';
  return undefined;
}

/** The rows of the page's table: vector, then what it says of each dialect. */
const page = readFileSync(new URL('../../docs/neighbours.md', import.meta.url), 'utf8');
const table = new Map(
  [...page.matchAll(/^\| (\d\d-\S+) +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)].map(([, name, node, ruby]) => [
    name,
    { node, ruby },
  ]),
);
const explained = [...page.matchAll(/^\| `([a-z-]+)` +\| \S/gm)].map(([, name]) => name);

async function stageOf(dialect: Dialect, side: Stage['side']): Promise<Stage> {
  const connection = { ...server.connection, dialect };
  const queue = new Queue({ connection });
  roles.push(queue);
  await queue.connect();
  return {
    dialect,
    redis: server.redis,
    queue,
    side,
    connection,
    keep(role) {
      roles.push(role);
      return role;
    },
  };
}

describe.each(['node', 'ruby'] as const)('in dialect %s', (dialect) => {
  test.each(vectors)('$name leaves what the page says', async (vector) => {
    const said = table.get(vector.name)?.[dialect];
    const side = vector[dialect];
    if (!side) {
      expect(said).toBe('-');
      return;
    }
    const scenario = scenarios[vector.scenario];
    if (!scenario) {
      expect(said).toBe('read');
      return;
    }
    await scenario(await stageOf(dialect, side));
    const { 'resque:connection_test_key': testKey, ...dump } = await dumpOf(server.redis);
    // It may be gone already; one scenario is about it.
    const left =
      vector.scenario === 'node_connect' && testKey ? { 'resque:connection_test_key': testKey } : dump;
    const found = differences(masked(left), masked(side.template)).filter(({ key }) => !ours.test(key));
    const named = found.map((one) => nameOf(one, vector.scenario, dialect) ?? one);
    expect([...new Set(named)].sort()).toEqual(said === 'same' ? [] : said?.split(', '));
  });
});

test('the page has a row for each vector, and explains each difference that it names', () => {
  expect([...table.keys()].sort()).toEqual(vectors.map(({ name }) => name));
  const names = [...table.values()].flatMap(({ node = '', ruby = '' }) => `${node}, ${ruby}`.split(', '));
  const differing = [...new Set(names)].filter((name) => !['same', '-', 'read'].includes(name));
  expect(differing.sort()).toEqual(explained.sort());
});
