import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder = '';

/** Another process needs JavaScript: these sources, translated file by file. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reskue-guard-test-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of readdirSync(import.meta.dirname).filter((file) => !file.includes('.test.'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(import.meta.dirname, name), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(join(folder, name.replace(/ts$/, 'js')), outputText);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  pid: number;
  socket: string;
}

/** Starts a program with `server` at hand and gives what it reported. */
const program = async (
  body: string,
  stderr: 'inherit' | 'ignore' = 'inherit',
): Promise<Report & { child: ChildProcess }> => {
  const source = `
    import { startRedis } from ${JSON.stringify(join(folder, 'index.js'))};
    const server = await startRedis({ appendonly: 'always' });
    console.log(JSON.stringify({ pid: server.pid, socket: server.socket }));
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', stderr],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, ...(JSON.parse(String(line)) as Report) };
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Dead, but not yet buried: in a container nobody may ever ask for the exit code of an orphan.
    return !(existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
  } catch {
    return false;
  }
};
const isThere = ({ pid, socket }: Report): boolean => isRunning(pid) || existsSync(dirname(socket));
const gone = (report: Report) => expect.poll(() => isThere(report), { timeout: 5_000 }).toBe(false);

test('the server and its folder are gone after the parent is killed with -9', async () => {
  const started = await program('setInterval(() => {}, 1_000)');
  expect(isThere(started)).toBe(true);
  started.child.kill('SIGKILL');
  await gone(started);
});

test('so they are when it was killed after a restart', async () => {
  const started = await program(`
    await server.restart();
    console.log(server.pid);
    setInterval(() => {}, 1_000);`);
  const [pid] = await once(started.child.stdout ?? started.child, 'data');
  started.child.kill('SIGKILL');
  await gone({ pid: Number(pid), socket: started.socket });
});

test('a program that does not call stop() ends all the same and takes the server along', async () => {
  const started = await program('');
  const [code] = await once(started.child, 'exit');
  expect(code).toBe(0);
  await gone(started);
});

test('an uncaught error takes the server along', async () => {
  const started = await program(`throw new Error('on purpose')`, 'ignore');
  await gone(started);
});
