import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from './error-codes.js';
import { isReskueError, ReskueError } from './reskue-error.js';

const docs = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md has each code, once, with a meaning and a remedy, and no other', () => {
  const rows = docs.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  const codes = documented.map(([, code]) => code?.replaceAll('`', '') ?? '');
  expect(codes.filter((code) => !code.startsWith('RESKUE_REDIS_')).sort()).toEqual([...errorCodes].sort());
  for (const [, , meaning, remedy] of documented) {
    expect(meaning).toMatch(/\.$/);
    expect(remedy).toMatch(/\.$/);
  }
});

test('an error tells its code, its message and its cause, and reads as node-resque’s errors do', () => {
  const cause = new Error('underneath');
  const error = new ReskueError('RESKUE_JOB_UNKNOWN', 'No job defined for class "x"', { cause });
  expect(error).toMatchObject({ code: 'RESKUE_JOB_UNKNOWN', name: 'Error', cause });
  expect(String(error)).toBe('Error: No job defined for class "x"');
});

test('errors are recognised by their code, whichever copy of the class made them', () => {
  expect(isReskueError(new ReskueError('RESKUE_LEASE_LOST', ''))).toBe(true);
  expect(isReskueError({ code: 'RESKUE_LEASE_LOST' })).toBe(true);
  for (const other of [new Error(), { code: 'ECONNREFUSED' }, { code: 5 }, null, undefined, 'RESKUE_X']) {
    expect(isReskueError(other)).toBe(false);
  }
});
