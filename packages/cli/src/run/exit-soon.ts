/** The process ends by itself when nothing is left to do; what jobs left open (timers, sockets) holds it up for so long only. */
export function exitSoon(exitCode: number, graceMs: number): void {
  setTimeout(() => process.exit(exitCode), graceMs).unref();
}

/** Milliseconds: what is over needs no more than a moment; what is stopped puts its jobs back, if Redis answers. */
export const exitGrace = { over: 300, stopped: 4_000 };
