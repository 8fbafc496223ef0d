const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** The whole terminal, on its second page, so that what was there before is there again afterwards. */
export class Screen {
  readonly #signal: AbortSignal;
  #keys: string[] = [];
  #wake: () => void = () => {};
  readonly #onData = (data: Buffer): void => {
    this.#keys.push(...Array.from(data.toString('utf8')));
    this.#wake();
  };
  readonly #onResize = (): void => this.#wake();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    process.stdout.write(ENTER);
    process.stdin.setRawMode(true);
    process.stdin.on('data', this.#onData);
    process.stdin.resume();
    process.stdout.on('resize', this.#onResize);
    signal.addEventListener('abort', this.#onResize);
  }

  get size(): { width: number; height: number } {
    return { width: process.stdout.columns || 80, height: process.stdout.rows || 24 };
  }

  draw(lines: readonly string[]): void {
    const { height } = this.size;
    process.stdout.write(`\u001b[H${lines.slice(0, height).join('\u001b[K\r\n')}\u001b[K\u001b[J`);
  }

  /** The next key; `time` when there was none, `size` when the terminal has changed, `gone` when it is time to end. */
  async key(waitMs: number | undefined): Promise<string> {
    if (this.#signal.aborted) return 'gone';
    const ready = this.#keys.shift();
    if (ready !== undefined) return ready;
    const reason = await new Promise<'time' | 'woken'>((resolve) => {
      const timer = waitMs === undefined ? undefined : setTimeout(() => resolve('time'), waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve('woken');
      };
    });
    if (reason === 'time') return 'time';
    // A key, or the terminal has another size, or the end has come, which the next call tells.
    return this.#keys.shift() ?? 'size';
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onResize);
    process.stdout.off('resize', this.#onResize);
    process.stdin.off('data', this.#onData);
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.write(LEAVE);
  }
}
