import type { SlotState } from './slot.js';

/** Whether some slot of these lanes has a job in hand. */
export function isBusy(
  lanes: Iterable<{ readonly slots: Iterable<{ readonly state: SlotState }> }>,
): boolean {
  for (const { slots } of lanes) for (const { state } of slots) if (state === 'working') return true;
  return false;
}
