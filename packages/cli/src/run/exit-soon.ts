const graceMs = 2_000;

/** The process ends by itself when nothing is left to do; what jobs left open (timers, sockets) holds it up for so long only. */
export function exitSoon(exitCode: number): void {
  setTimeout(() => process.exit(exitCode), graceMs).unref();
}
