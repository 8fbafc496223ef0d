// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 40;
/** Share of a core. */
const rest = 0.15;
const mostLooks = 50;

/** Waits until this process does nothing any more: threads that start, code that is loaded and the like are over. */
export async function comeToRest() {
  for (let look = 0; look < mostLooks; look += 1) {
    const before = process.cpuUsage();
    const began = performance.now();
    await pause(lookMs);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 < rest * (performance.now() - began)) return;
  }
}
