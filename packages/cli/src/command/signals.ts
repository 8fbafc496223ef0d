import { constants } from 'node:os';

export interface Signals {
  readonly signal: AbortSignal;
  /** 128+n once a signal came. */
  readonly exitCode: number | undefined;
  stop(): void;
}

type Name = 'SIGINT' | 'SIGTERM';

/** Turns the first of these signals into an abort, for work that ends tidily; the second ends the process at once. */
export function listenForSignals(names: readonly Name[]): Signals {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listeners = names.map((name) => {
    const listener = () => {
      const code = 128 + constants.signals[name];
      if (exitCode !== undefined) process.exit(code);
      exitCode = code;
      controller.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stop: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
