import { expect, test, vi } from 'vitest';
import { LoneCall } from './lone-call.js';
import { StayAwake } from './stay-awake.js';

const begun = (call = new LoneCall(new StayAwake())) => ({ call, answered: call.answered() });

test('whoever waits is told what comes', async () => {
  const stored = begun();
  stored.call.done();
  expect(await stored.answered).toBe(true);
  const failed = begun();
  failed.call.failed('no');
  await expect(failed.answered).rejects.toBe('no');
});

test('what failed while it was sent is told to whoever waits then, and keeps no thread awake', async () => {
  const awake = new StayAwake();
  const begin = vi.spyOn(awake, 'begin');
  const call = new LoneCall(awake);
  call.failed(undefined);
  await expect(call.answered()).rejects.toBe(undefined);
  expect(begin).not.toHaveBeenCalled();
});
