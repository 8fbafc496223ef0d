import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@reskue/testkit';
import { afterEach } from 'vitest';

/** A child process that printed `ready`. */
export interface Child {
  process: ChildProcess;
  /** Everything that it has printed. */
  output(): string;
  /** Resolves to the exit code and the signal. */
  exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

/** Starts scripts of this folder; whatever still runs after a test is killed. */
export function childProcesses(): (script: string, ...args: (string | number)[]) => Promise<Child> {
  let children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    children = [];
  });
  return async (script, ...args) => {
    const file = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, [file, ...args.map(String)]);
    children.push(child);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    // What an 'exit' event brings.
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    await until(() => text.includes('ready'), { timeoutMs: 10_000 });
    return { process: child, output: () => text, exited };
  };
}
