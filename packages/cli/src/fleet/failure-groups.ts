import { fingerprint, type FailureEntry } from './failure-entry.js';

/** Failures of one kind: the same class and exception, and messages that differ by numbers and names only. */
export interface FailureGroup {
  count: number;
  class: string | null;
  exception: string | null;
  /** With `<n>`, `<id>` and `<text>` where the messages differ. */
  message: string;
  /** ISO. */
  firstAt: string | null;
  lastAt: string | null;
  /** The newest of them, for `--id`. */
  lastId: string;
}

/** Beyond this many kinds the rest is counted together, so that memory is bounded whatever the messages are. */
const MOST = 10_000;

export class FailureGroups {
  readonly #groups = new Map<string, FailureGroup>();

  add(entry: FailureEntry): void {
    const kind = { class: entry.class, exception: entry.exception, message: fingerprint(entry.error) };
    let key = JSON.stringify(Object.values(kind));
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= MOST) {
        key = 'rest';
        group = this.#groups.get(key);
        Object.assign(kind, { class: null, exception: null, message: '(other kinds)' });
      }
      group ??= { count: 0, ...kind, firstAt: entry.failedAt, lastAt: entry.failedAt, lastId: entry.id };
      this.#groups.set(key, group);
    }
    group.count += 1;
    const { failedAt } = entry;
    if (failedAt === null) return;
    if (group.firstAt === null || failedAt < group.firstAt) group.firstAt = failedAt;
    if (group.lastAt === null || failedAt > group.lastAt) {
      group.lastAt = failedAt;
      group.lastId = entry.id;
    }
  }

  /** The most frequent first. */
  sorted(): FailureGroup[] {
    return [...this.#groups.values()].sort((one, other) => other.count - one.count);
  }
}
