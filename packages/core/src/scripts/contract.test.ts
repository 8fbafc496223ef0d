import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as scripts from './index.js';
import type { Script } from './define-script.js';

const folder = new URL('.', import.meta.url);
const luaFiles = readdirSync(folder).filter((file) => file.endsWith('.lua'));
const bound: Script<string, string, unknown>[] = [];
for (const value of Object.values<unknown>(scripts)) {
  // Whatever has a SHA here was made by defineScript.
  if (typeof value === 'object' && value !== null && 'sha' in value)
    bound.push(value as Script<string, string, unknown>);
}

/** The names on the left of `local a, b = KEYS[1], tonumber(KEYS[2])`, which must come in the order of their indices. */
function operands(source: string, table: 'KEYS' | 'ARGV'): string[] {
  const line = source
    .split('\n')
    .slice(0, 2)
    .find((text) => text.includes(`${table}[`));
  const [, names = '', values = ''] = /^local ([\w, ]+) = ([^-]+)/.exec(line ?? '') ?? [];
  const indices = [...values.matchAll(new RegExp(`${table}\\[(\\d+)\\]`, 'g'))].map((match) =>
    Number(match[1]),
  );
  const found = names.split(', ').map((name) => name.trim());
  expect(indices, `${table} in order, one a name`).toEqual(found.map((_, index) => index + 1));
  return found;
}

test('every .lua file is bound by a script of its name', () => {
  const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  expect(bound.map(({ name }) => `${kebab(name)}.lua`).sort()).toEqual(luaFiles.sort());
});

test.each(bound.map((script) => [script.name, script] as const))(
  '%s binds the operands that its Lua names',
  (_, script) => {
    expect(operands(script.source, 'KEYS')).toEqual([...script.keys]);
    expect(operands(script.source, 'ARGV')).toEqual([...script.args]);
  },
);

test.each(bound.map((script) => [script.name, script] as const))(
  '%s tells its replies and never re-encodes a payload',
  (_, { source }) => {
    expect(source).toMatch(/^-- replies: \{'/m);
    expect(source).not.toContain('cjson');
  },
);
