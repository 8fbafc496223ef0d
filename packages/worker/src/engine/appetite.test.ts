import { expect, test } from 'vitest';
import { Appetite, firstReach } from './appetite.js';

const full = (appetite: Appetite, asked: number) =>
  appetite.learn({ asked, claimed: asked, isBarred: false, looks: appetite.looks });

test('a job that came while the lane slept has one more asked for; from the second on it reaches as far as ever', () => {
  const appetite = new Appetite();
  appetite.taste(false);
  expect(appetite).toMatchObject({ isHungry: true, isFlowing: false, reach: 1 });
  full(appetite, 1);
  expect(appetite).toMatchObject({ isHungry: true, isFlowing: true, reach: 2 * firstReach });
  full(appetite, 8);
  expect(appetite.reach).toBe(4 * firstReach);
});

test('where there was no second one, whoever looks next reaches as far as at first', () => {
  for (const looksMeanwhile of [false, true]) {
    const appetite = new Appetite();
    appetite.taste(false);
    const { looks } = appetite;
    if (looksMeanwhile) appetite.look();
    appetite.learn({ asked: 1, claimed: 0, isBarred: false, looks });
    expect(appetite).toMatchObject({ isHungry: looksMeanwhile, isFlowing: false, reach: firstReach });
  }
});

test('beside a job that a process may have died of, nothing is claimed that has no slot', () => {
  const appetite = new Appetite();
  appetite.taste(true);
  expect(appetite).toMatchObject({ isBarred: true, isHungry: true });
});
