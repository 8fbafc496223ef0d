/** A sleep that can be ended from outside; a ring while nobody sleeps ends the next sleep at once. */
export class Alarm {
  /** Of the sleep in progress. */
  timer: NodeJS.Timeout | undefined;
  #rung = false;
  #wakeUp: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wakeUp?.();
  }

  /** Sleeps at most so long; true when it was rung. */
  async sleep(ms: number): Promise<boolean> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
        this.timer = setTimeout(resolve, ms);
      });
      clearTimeout(this.timer);
      this.timer = undefined;
      this.#wakeUp = undefined;
    }
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}
