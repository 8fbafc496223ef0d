/** Calls once for all that asks for it until the event loop has nothing else to do. */
export class Turn {
  #immediate: NodeJS.Immediate | undefined;

  constructor(readonly call: () => void) {}

  /** @param isAlone nobody else could ask: it need not wait for the event loop. */
  ask(isAlone: boolean): void {
    if (this.#immediate !== undefined) return;
    this.#immediate = setImmediate(() => this.#take());
    if (isAlone) queueMicrotask(() => this.#take());
  }

  cancel(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  #take(): void {
    if (this.#immediate === undefined) return;
    this.cancel();
    this.call();
  }
}
