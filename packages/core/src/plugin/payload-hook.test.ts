import { expect, test } from 'vitest';
import { Plugin } from './plugin.js';
import { delayedMembers, type PayloadMaking } from './payload-hook.js';
import { createPluginRun } from './plugin-run.js';

const perform = (): void => {};

class One extends Plugin {
  override payloadMembers(making: PayloadMaking) {
    return { one: making.phase, both: 1 };
  }
}
class Two extends Plugin {
  static made = 0;
  number = (Two.made += 1);
  override beforeEnqueue() {
    return true;
  }
}
class Three extends Plugin {
  override payloadMembers() {
    return this.args[0] === 'none' ? undefined : { both: 2 };
  }
}
const job = { perform, plugins: [One, Two, Three] };

test('members of all plugins come together, the last one wins', async () => {
  const run = createPluginRun({}, 'f', 'q', job, []);
  expect(run?.members({ phase: 'enqueue' })).toBeUndefined();
  await run?.run('beforeEnqueue');
  expect(run?.members({ phase: 'enqueue' })).toEqual({ one: 'enqueue', both: 2 });
});

test('a delayed job makes only the plugins that write members', () => {
  Two.made = 0;
  expect(delayedMembers({}, 'f', 'q', job, ['none'], 7)).toEqual({ one: 'delay', both: 1 });
  expect(Two.made).toBe(0);
  expect(delayedMembers({}, 'f', 'q', { perform, plugins: [Two, 'Nobody'] }, [], 7)).toBeUndefined();
  expect(delayedMembers({}, 'f', 'q', undefined, [], 7)).toBeUndefined();
});

test('aroundPerform surrounds the run, the first plugin outermost', async () => {
  const notes: string[] = [];
  const around = (name: string) =>
    class extends Plugin {
      override beforePerform() {
        notes.push(`before ${name}`);
      }
      override aroundPerform(inner: () => unknown) {
        notes.push(`into ${name}`);
        return inner();
      }
    };
  const run = createPluginRun({}, 'f', 'q', { perform, plugins: [around('a'), Two, around('b')] }, []);
  await run?.run('beforePerform');
  expect(run?.around(() => notes.push('perform'))).toBe(5);
  expect(notes).toEqual(['before a', 'before b', 'into a', 'into b', 'perform']);
});
