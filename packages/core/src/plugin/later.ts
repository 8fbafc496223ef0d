/** How somebody goes on with an answer, or with what was thrown in its place; neither may throw. */
export interface Hearing<Hearer, Value> {
  next(hearer: Hearer, value: Value): void;
  failed(hearer: Hearer, error: unknown): void;
}

/**
 * An answer of a hook that comes later. Whoever runs hooks hears it at once and without a promise, of which there would be
 * some for each job; to anybody else it is a promise. But it is no `instanceof Promise`, and of a rejection that nobody hears
 * Node tells nothing. It goes on where it is resolved: whoever resolves it sees to the async context.
 */
export class Later<Value> implements Promise<Value> {
  readonly [Symbol.toStringTag] = 'Promise';
  #state: 'open' | 'known' | 'failed' = 'open';
  /** The answer, or what was thrown. */
  #result: unknown;
  #hearing: Hearing<unknown, Value> | undefined;
  #hearer: unknown;
  #promise: Promise<Value> | undefined;
  #settle: (() => void) | undefined;

  /** Goes on when the answer is here, maybe at once. One may hear. */
  hear<Hearer>(hearing: Hearing<Hearer, Value>, hearer: Hearer): void {
    // It is given what it came with.
    this.#hearing = hearing;
    this.#hearer = hearer;
    if (this.#state !== 'open') this.#tell();
  }

  resolve(value: Value): void {
    this.#end('known', value);
  }

  reject(error: unknown): void {
    this.#end('failed', error);
  }

  then<Next = Value, Other = never>(
    next?: ((value: Value) => Next | PromiseLike<Next>) | null,
    other?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Next | Other> {
    return this.#asPromise().then(next, other);
  }

  catch<Other = never>(
    other?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Value | Other> {
    return this.#asPromise().catch(other);
  }

  finally(last?: (() => void) | null): Promise<Value> {
    return this.#asPromise().finally(last);
  }

  #asPromise(): Promise<Value> {
    return (this.#promise ??= new Promise((resolve, reject) => {
      this.#settle = () => {
        // What it was resolved with; or whatever was thrown.
        if (this.#state === 'known') resolve(this.#result as Value);
        else reject(this.#result);
      };
      if (this.#state !== 'open') this.#settle();
    }));
  }

  #end(state: 'known' | 'failed', result: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    this.#result = result;
    this.#settle?.();
    this.#tell();
  }

  #tell(): void {
    const hearing = this.#hearing;
    this.#hearing = undefined;
    if (this.#state === 'known') hearing?.next(this.#hearer, this.#result as Value);
    else hearing?.failed(this.#hearer, this.#result);
  }
}
