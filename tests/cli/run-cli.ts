import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The built program, as a user runs it. */
export const bin = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));

export interface Ended {
  /** The exit code; 128+n where signal n ended it. */
  code: number;
  stdout: string;
  stderr: string;
}

interface Surroundings {
  env?: Record<string, string>;
  input?: string | Buffer;
  cwd?: string;
}

/** Nothing of the surroundings of the tests but where programs are. */
const plain = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'UTC', LANG: 'C.UTF-8' };

/** Runs `reskue` off a terminal, with nobody to ask. */
export async function reskue(
  args: readonly string[],
  { env = {}, input = '', cwd }: Surroundings = {},
): Promise<Ended> {
  return runToEnd(process.execPath, [bin, ...args], { env, input, ...(cwd === undefined ? {} : { cwd }) });
}

/** Runs a program to its end. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  { env = {}, input = '', cwd }: Surroundings,
): Promise<Ended> {
  const child = spawn(program, args, { cwd, env: { ...plain, ...env } });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (data: Buffer) => stdout.push(data));
  child.stderr.on('data', (data: Buffer) => stderr.push(data));
  // A program that has ended does not read on.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return {
    code: code ?? (signal === 'SIGINT' ? 130 : 143),
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
}

/** Runs a shell line in a pseudo-terminal of so many columns; gives what stands on it, without colours unless `raw`. */
export async function inTerminal(
  line: string,
  {
    env = {},
    input = '',
    cwd,
    columns = 100,
    raw = false,
  }: Surroundings & { columns?: number; raw?: boolean } = {},
): Promise<{ code: number; text: string }> {
  const { code, stdout } = await runToEnd(
    'script',
    ['-qec', `stty cols ${columns} rows 30; ${line}`, '/dev/null'],
    {
      env: { SHELL: '/bin/bash', TERM: 'xterm', ...env },
      input,
      ...(cwd === undefined ? {} : { cwd }),
    },
  );
  // What was written over by the next state of a progress is no longer there.
  // eslint-disable-next-line no-control-regex -- a terminal's own characters
  const text = stdout.replaceAll('\r\n', '\n').replace(/[^\n]*\r\u001b\[K/g, '');
  return {
    code,
    text: raw ? text : stripVTControlCharacters(text).replaceAll('\u0004', '').replaceAll('\b', ''),
  };
}
