import { expect, test } from 'vitest';
import { resolveRedisOptions } from './redis-options.js';

test('without options: no TCP, no persistence, a temporary folder', () => {
  expect(resolveRedisOptions()).toEqual({
    config: {},
    dir: undefined,
    port: undefined,
    appendonly: 'no',
    startTimeoutMs: 10_000,
  });
});

test.each<[object, string]>([
  [{ port: 70_000 }, 'option "port" must be a whole number from 0 to 65535, got 70000'],
  [{ port: '6379' }, `option "port" must be a whole number from 0 to 65535, got '6379'`],
  [{ dir: '' }, `option "dir" must be the path of a folder, got ''`],
  [{ appendonly: true }, 'option "appendonly" must be "no", "everysec" or "always", got true'],
  [{ startTimeoutMs: NaN }, 'option "startTimeoutMs" must be a number of milliseconds above 0, got NaN'],
  [{ config: { port: 1 } }, 'option "config.port" must be left out (use the option "port"), got 1'],
  [{ config: { Dir: '/x' } }, `option "config.Dir" must be left out (use the option "dir"), got '/x'`],
  [{ config: { daemonize: 'yes' } }, 'option "config.daemonize" must be left out'],
  [{ config: { save: 'a\nport 1' } }, 'option "config.save" must be a number or text without line breaks'],
  [{ config: { maxmemory: true } }, 'option "config.maxmemory" must be a number or text'],
])('%j is refused by name', (options, message) => {
  const attempt = () => resolveRedisOptions(options);
  expect(attempt).toThrow(expect.objectContaining({ code: 'RESKUE_REDIS_OPTION' }));
  expect(attempt).toThrow(message);
});

test('the caller may change its config afterwards', () => {
  const config = { maxmemory: 1 };
  const resolved = resolveRedisOptions({ config });
  config.maxmemory = 2;
  expect(resolved.config).toEqual({ maxmemory: 1 });
});
