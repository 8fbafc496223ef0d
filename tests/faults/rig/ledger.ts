import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line that a process wrote down: outside of Redis, and there whoever died afterwards. */
export interface Entry {
  at: number;
  what: 'asked' | 'accepted' | 'rejected' | 'started' | 'wantsRetry' | 'finished';
  job: string;
  detail: string;
  pid: number;
}

/** The files of all processes of a scenario. */
export class Ledger {
  readonly folder = mkdtempSync(join(tmpdir(), 'reskue-ledger-'));

  /** All entries, the earliest first. */
  read(): Entry[] {
    const entries: Entry[] = [];
    for (const file of readdirSync(this.folder)) {
      if (!file.endsWith('.log')) continue;
      const pid = Number.parseInt(file);
      for (const line of readFileSync(join(this.folder, file), 'utf8').split('\n')) {
        if (line === '') continue;
        const [at, what, job = '', detail = ''] = line.split(' ');
        // The programs write these words only.
        entries.push({ at: Number(at), what: what as Entry['what'], job, detail, pid });
      }
    }
    return entries.sort((one, other) => one.at - other.at);
  }

  /** The jobs that somebody wrote this of. */
  jobs(what: Entry['what']): Set<string> {
    return new Set(this.read().flatMap((entry) => (entry.what === what ? [entry.job] : [])));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
