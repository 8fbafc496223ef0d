import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@reskue/testkit';
import { afterEach, beforeEach } from 'vitest';

/** The built command. */
export const bin = fileURLToPath(new URL('../../../packages/cli/dist/bin.js', import.meta.url));

/** The file of a program beside this one, as a command line takes it. */
export const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

/** A line of the log of `reskue work` and its kin. */
export type LogLine = Record<string, unknown> & { msg: string; level: number };

/** One `reskue ...` of the built bin, as long as it runs. */
export class RunningCommand {
  stdout = '';
  stderr = '';
  /** The exit code; 128+n where a signal ended it. */
  readonly exited: Promise<number>;

  constructor(readonly process: ChildProcess) {
    process.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = once(process, 'close').then(([code]: (number | null)[]) => code ?? -1);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** What it logged so far. */
  get log(): LogLine[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves with the `count`-th line of this message. */
  async logged(message: string, { count = 1, timeoutMs = 10_000 } = {}): Promise<LogLine> {
    const find = (): LogLine | undefined => this.log.filter(({ msg }) => msg === message)[count - 1];
    return until(find, { timeoutMs }).catch(() => {
      throw new Error(`never logged "${message}" ${count} times:\n${this.stdout}\n${this.stderr}`);
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}

export interface CommandRunner {
  /** Starts `reskue` with these arguments. */
  (args: string[], env?: Record<string, string>): RunningCommand;
  /** A folder of the test's own, gone afterwards. */
  readonly folder: string;
}

/** Whatever still runs after a test is killed, the processes of a supervisor by its end. */
export function commandRunner(environment: () => Record<string, string>): CommandRunner {
  let running: RunningCommand[] = [];
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reskue-cli-'));
  });
  afterEach(async () => {
    for (const command of running) {
      if (command.isAlive) command.kill('SIGKILL');
      await command.exited;
    }
    running = [];
    rmSync(folder, { recursive: true, force: true });
  });
  const { PATH = '', HOME = '' } = process.env;
  const start = (args: string[], env: Record<string, string> = {}): RunningCommand => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: { PATH, HOME, LEDGER: folder, ...environment(), ...env },
    });
    const command = new RunningCommand(child);
    running.push(command);
    return command;
  };
  return Object.defineProperty(start, 'folder', { get: () => folder }) as CommandRunner; // It is there now.
}
