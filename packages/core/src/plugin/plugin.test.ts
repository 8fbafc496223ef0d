import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { Connection } from '../connection/connection.js';
import type { Job } from '../jobs/job.js';
import { goOn } from './go-on.js';
import { Later } from './later.js';
import { claimOf, rememberClaim } from './job-claim.js';
import { Plugin, type Settling } from './plugin.js';
import { registerPlugin } from './plugin-registry.js';
import { createPluginRun } from './plugin-run.js';
import { RunPlugin, RunPlugins } from './run-plugins.js';

const server = redisServer();
const perform = (): void => {};

/** A plugin class that writes its hooks down, and answers as told. */
function recorder(name: string, log: string[], answers: Record<string, unknown> = {}): typeof Plugin {
  const answer = (hook: string): never => {
    log.push(`${name}.${hook}`);
    const given = answers[hook];
    if (given instanceof Error) throw given;
    // Any answer may come from a plugin in JavaScript.
    return given as never;
  };
  class Recorder extends Plugin {
    static made = 0;
    constructor(...args: ConstructorParameters<typeof Plugin>) {
      super(...args);
      log.push(`${name}.new`);
    }
    override beforeEnqueue = async (): Promise<boolean> => answer('beforeEnqueue');
    override afterEnqueue = async (): Promise<boolean> => answer('afterEnqueue');
    override beforePerform = (): boolean => answer('beforePerform');
    override afterPerform = async (): Promise<boolean> => answer('afterPerform');
    override onSettle = ({ outcome }: Settling): void => answer(`onSettle(${outcome})`);
  }
  return Recorder;
}

test('hooks run in order, each on an instance with the fields of node-resque', async () => {
  const seen: Plugin[] = [];
  class Seen extends Plugin {
    override async beforePerform(): Promise<boolean> {
      seen.push(this);
      return true;
    }
  }
  const options = { a: 1 };
  const job: Job = { perform, plugins: [Seen], pluginOptions: { Seen: options } };
  const queueObject = { its: 'queue' };
  const worker = { queueObject };
  const args = [1, 2];
  expect(await RunPlugins(worker, 'beforePerform', 'add', 'math', job, args)).toBe(true);
  const [plugin] = seen;
  expect(plugin).toMatchObject({ name: 'Seen', func: 'add', queue: 'math', args });
  expect(plugin?.worker).toBe(worker);
  expect(plugin?.queueObject).toBe(queueObject);
  expect(plugin?.options).toBe(options);
  expect(plugin?.job.perform).toBe(perform);
  expect(plugin?.job).toMatchObject({ class: 'add', queue: 'math', args });
});

test('at enqueueing the queue is the host and the queueObject', async () => {
  const queue = { enqueue: perform };
  class Seen extends Plugin {
    override beforeEnqueue(): boolean {
      return (
        this.worker === queue && Object.is(this.queueObject, queue) && Object.keys(this.options).length === 0
      );
    }
  }
  expect(await RunPlugin(queue, Seen, 'beforeEnqueue', 'f', 'q', { perform }, [])).toBe(true);
});

test.each([
  [false, ['a.beforePerform', 'b.beforePerform'], false],
  [0, ['a.beforePerform', 'b.beforePerform', 'c.beforePerform'], true],
  [undefined, ['a.beforePerform', 'b.beforePerform', 'c.beforePerform'], true],
])('%j from a hook', async (answer, hooks, expected) => {
  const log: string[] = [];
  const job: Job = {
    perform,
    plugins: [
      recorder('a', log),
      recorder('b', log, { beforePerform: answer }),
      recorder('c', log, { beforePerform: true }),
    ],
  };
  expect(await RunPlugins({}, 'beforePerform', 'f', 'q', job, [])).toBe(expected);
  expect(log.filter((entry) => !entry.endsWith('.new'))).toEqual(hooks);
});

test('a throw aborts', async () => {
  const log: string[] = [];
  const plugins = [recorder('a', log, { afterPerform: new Error('mine') }), recorder('b', log)];
  await expect(RunPlugins({}, 'afterPerform', 'f', 'q', { perform, plugins }, [])).rejects.toThrow('mine');
  expect(log).toEqual(['a.new', 'a.afterPerform']);
});

test('pluginCounter says where to begin', async () => {
  const log: string[] = [];
  const plugins = [recorder('a', log), recorder('b', log)];
  await RunPlugins({}, 'afterEnqueue', 'f', 'q', { perform, plugins }, [], 1);
  expect(log).toEqual(['b.new', 'b.afterEnqueue']);
});

test('no job, no plugins, no such hook: true', async () => {
  class Bare extends Plugin {}
  expect(await RunPlugins({}, 'beforePerform', 'f', 'q', undefined, [])).toBe(true);
  expect(await RunPlugin({}, Bare, 'beforePerform', 'f', 'q', null, [])).toBe(true);
  expect(await RunPlugins({}, 'beforePerform', 'f', 'q', { perform }, [])).toBe(true);
  expect(await RunPlugin({}, Bare, 'beforePerform', 'f', 'q', { perform }, [])).toBe(true);
  expect(createPluginRun({}, 'f', 'q', { perform, plugins: [] }, [])).toBe(undefined);
});

test('what is neither class nor name is refused, and so is a name that nobody registered', async () => {
  for (const reference of [{}, 5, null]) {
    await expect(RunPlugin({}, reference, 'beforePerform', 'f', 'q', { perform }, [])).rejects.toMatchObject({
      code: 'RESKUE_PLUGIN_INVALID',
      message: 'Plugin must be the constructor name or an object',
    });
  }
  await expect(RunPlugin({}, 'Nobody', 'beforePerform', 'f', 'q', { perform }, [])).rejects.toMatchObject({
    code: 'RESKUE_PLUGIN_UNKNOWN',
    message: expect.stringContaining('import "@reskue/plugins"') as string,
  });
});

test('a registered plugin is found by its name, and gets the options under it', async () => {
  class Registered extends Plugin {
    override beforePerform(): boolean {
      return this.options.pass === true;
    }
  }
  registerPlugin('Registered', Registered);
  const job: Job = { perform, plugins: ['Registered'], pluginOptions: { Registered: { pass: true } } };
  expect(await RunPlugins({}, 'beforePerform', 'f', 'q', job, [])).toBe(true);
});

test('a class that names itself gets the options under that name; afterwards it is made once', async () => {
  let made = 0;
  class Anonymous extends Plugin {
    constructor(...args: ConstructorParameters<typeof Plugin>) {
      super(...args);
      made += 1;
      this.name = 'Named';
    }
    override beforePerform(): boolean {
      return this.options.pass === true;
    }
  }
  const job: Job = { perform, plugins: [Anonymous], pluginOptions: { Named: { pass: true } } };
  expect(await RunPlugins({}, 'beforePerform', 'f', 'q', job, [])).toBe(true);
  expect(made).toBe(2);
  expect(await RunPlugins({}, 'beforePerform', 'f', 'q', job, [])).toBe(true);
  expect(made).toBe(3);
});

test('what a plugin writes into its job stays its own', async () => {
  class Writer extends Plugin {
    override beforePerform(): boolean {
      this.job.args = ['written'];
      return true;
    }
  }
  const job: Job = { perform, plugins: [Writer] };
  await RunPlugins({}, 'beforePerform', 'f', 'q', job, []);
  expect(job).toEqual({ perform, plugins: [Writer] });
});

test('a run makes each plugin once, keeps it from hook to hook, and settles the last first', async () => {
  const log: string[] = [];
  const run = createPluginRun(
    {},
    'f',
    'q',
    { perform, plugins: [recorder('a', log), recorder('b', log)] },
    [],
  );
  expect(await run?.run('beforePerform')).toBe(true);
  expect(await run?.run('afterPerform')).toBe(true);
  expect(await run?.settle({ phase: 'perform', outcome: 'done' })).toEqual({
    commands: [],
    redirection: undefined,
    errors: [],
  });
  expect(log).toEqual(
    'a.new a.beforePerform b.new b.beforePerform a.afterPerform b.afterPerform b.onSettle(done) a.onSettle(done)'.split(
      ' ',
    ),
  );
});

test.each([
  ['refuses', { beforePerform: false }],
  ['throws', { beforePerform: new Error('mine') }],
])(
  'when a later plugin %s, those that were reached settle, and the others are not even made',
  async (_, answers) => {
    const log: string[] = [];
    const plugins = [recorder('a', log), recorder('b', log, answers), recorder('c', log)];
    const run = createPluginRun({}, 'f', 'q', { perform, plugins }, []);
    await run?.run('beforePerform').catch(() => {});
    const mine = new Error('of a');
    plugins.splice(0);
    const settled = await run?.settle({ phase: 'perform', outcome: 'failed', error: mine });
    expect(settled?.errors).toEqual([]);
    expect(log.slice(4)).toEqual(['b.onSettle(failed)', 'a.onSettle(failed)']);
  },
);

test('commands and the last redirection are collected; an error in onSettle is reported, and stops nobody', async () => {
  class Lock extends Plugin {
    override beforePerform(): void {
      this.settleWith('del', ['k1'], []);
      this.redirect({ kind: 'retried', dueMs: 5 });
    }
    override onSettle(): void {
      this.settleWith('incrby', ['k2'], [3]);
    }
  }
  class Wild extends Plugin {
    override beforePerform(): void {
      this.redirect({ kind: 'requeued', to: 'front' });
    }
    override onSettle(): never {
      throw new Error('wild');
    }
  }
  const run = createPluginRun({}, 'f', 'q', { perform, plugins: [Lock, Wild] }, []);
  await run?.run('beforePerform');
  expect(await run?.settle({ phase: 'perform', outcome: 'refused' })).toMatchObject({
    commands: [
      { command: 'del', keys: ['k1'], args: [] },
      { command: 'incrby', keys: ['k2'], args: [3] },
    ],
    redirection: { kind: 'requeued', to: 'front' },
    errors: [{ message: 'wild' }],
  });
});

test('a plugin in plain JavaScript needs no base class', async () => {
  const Plain = class {
    name = 'Plain';
    beforePerform = (): boolean => false;
  };
  const run = createPluginRun({}, 'f', 'q', { perform, plugins: [Plain] }, []);
  expect(await run?.run('beforePerform')).toBe(false);
  expect(await run?.settle({ phase: 'perform', outcome: 'refused' })).toMatchObject({
    commands: [],
    errors: [],
  });
});

test('hooks that wait for nothing are run at once, and the others in their order', async () => {
  const log: string[] = [];
  class Quick extends Plugin {
    override beforePerform(): Promise<boolean> {
      log.push('quick');
      return goOn;
    }
  }
  class Slow extends Plugin {
    override async beforePerform(): Promise<boolean> {
      await Promise.resolve();
      log.push('slow');
      return true;
    }
  }
  const run = createPluginRun({}, 'f', 'q', { perform, plugins: [Quick, Quick] }, []);
  expect(run?.runAtOnce('beforePerform')).toBe(true);
  expect(run?.settle({ phase: 'perform', outcome: 'done' })).toMatchObject({ commands: [] });
  const mixed = createPluginRun({}, 'f', 'q', { perform, plugins: [Slow, Quick, Slow] }, []);
  expect(await mixed?.runAtOnce('beforePerform')).toBe(true);
  expect(log).toEqual(['quick', 'quick', 'slow', 'quick', 'slow']);
});

test('a hook that answers later holds up the next ones, and nobody waits for a promise', async () => {
  const log: string[] = [];
  const laters: Later<boolean>[] = [];
  class Asks extends Plugin {
    override beforePerform(): Promise<boolean> {
      log.push('asks');
      const later = new Later<boolean>();
      laters.push(later);
      return later;
    }
  }
  class Quick extends Plugin {
    override beforePerform(): Promise<boolean> {
      log.push('quick');
      return goOn;
    }
  }
  class Throws extends Plugin {
    override beforePerform(): never {
      throw new Error('boom');
    }
  }
  class Slow extends Plugin {
    override async beforePerform(): Promise<boolean> {
      await Promise.resolve();
      return false;
    }
  }
  const begin = (...plugins: (typeof Asks | typeof Quick | typeof Throws | typeof Slow)[]): unknown =>
    createPluginRun({}, 'f', 'q', { perform, plugins }, [])?.runAtOnce('beforePerform');
  const heard: unknown[] = [];
  const hear = (answer: unknown): void => {
    if (!(answer instanceof Later)) throw new Error('no Later');
    answer.hear(
      { next: (_, value) => heard.push(value), failed: (_, error) => heard.push(error) },
      undefined,
    );
  };
  hear(begin(Asks, Quick, Asks));
  expect(log).toEqual(['asks']);
  laters[0]?.resolve(true);
  expect(log).toEqual(['asks', 'quick', 'asks']);
  expect(heard).toEqual([]);
  laters[1]?.resolve(true);
  expect(heard).toEqual([true]);

  hear(begin(Asks, Quick));
  laters[2]?.resolve(false);
  hear(begin(Asks, Throws));
  laters[3]?.resolve(true);
  hear(begin(Asks, Quick));
  laters[4]?.reject(new Error('refused'));
  expect(heard).toEqual([true, false, new Error('boom'), new Error('refused')]);
  expect(log).toEqual(['asks', 'quick', 'asks', 'asks', 'asks', 'asks']);

  const slow = begin(Asks, Slow);
  laters[5]?.resolve(true);
  expect(await slow).toBe(false);
});

test('what a run keeps with a plugin does not show, whatever the plugin is', () => {
  const plugin = Object.freeze({ name: 'Frozen' });
  rememberClaim(plugin, { payload: '{}', leaseId: 'L', workerId: 'w' });
  expect(claimOf(plugin)).toMatchObject({ leaseId: 'L' });
  expect(claimOf({})).toBe(undefined);
  expect(Reflect.ownKeys(plugin)).toEqual(['name']);
});

test('a hook that is run by hand sends its commands at once', async () => {
  const connection = new Connection(server.connection);
  await connection.connect();
  class Counter extends Plugin {
    override afterPerform(): void {
      this.settleWith('hset', ['hash'], ['a', 1, 'b', 'two']);
    }
  }
  await RunPlugins(
    { queueObject: { connection } },
    'afterPerform',
    'f',
    'q',
    { perform, plugins: [Counter] },
    [],
  );
  expect(await server.redis.hgetall('hash')).toEqual({ a: '1', b: 'two' });
  connection.end();
});
