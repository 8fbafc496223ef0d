import type { Slot } from './slot.js';

const lookMs = 500;
/** So many looks in a row that find Redis away. */
const patience = 6;

/** Waits until a slot is idle. One that leaves while Redis does not answer is let go after a few seconds. */
export async function idleOrCutOff(slot: Slot, isAnswering: () => boolean): Promise<void> {
  let silentLooks = 0;
  const timer = setInterval(() => {
    const isSilent = slot.state !== 'working' && !isAnswering();
    silentLooks = isSilent ? silentLooks + 1 : 0;
    if (silentLooks >= patience) slot.cutOff();
  }, lookMs);
  await slot.idle();
  clearInterval(timer);
}
