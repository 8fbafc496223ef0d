import { expect, test } from 'vitest';
import { clientOptions } from './client-options.js';
import { resolveConnectionOptions, type ConnectionOptions } from './connection-options.js';
import { parseRedisUrl } from './parse-redis-url.js';
import { reconnectDelay } from './redis-client.js';

test('the defaults are node-resque’s', () => {
  const defaults = {
    pkg: 'ioredis',
    host: '127.0.0.1',
    port: 6379,
    database: 0,
    namespace: 'resque',
    looping: true,
    scanCount: 10,
    dialect: 'node',
    commandTimeout: 10_000,
    options: {},
  };
  expect(resolveConnectionOptions()).toEqual(defaults);
  const empty = Object.fromEntries(
    [...Object.keys(defaults), 'password', 'redis', 'url', 'tls'].map((key) => [key, null]),
  );
  expect(resolveConnectionOptions(empty)).toEqual(defaults);
});

const refusals: [string, unknown, string][] = [
  ['host', 5, 'a string'],
  ['port', 'abc', 'an integer from 1 to 65535'],
  ['port', 0, 'an integer from 1 to 65535'],
  ['port', 65_536, 'an integer from 1 to 65535'],
  ['port', 6379.5, 'an integer from 1 to 65535'],
  ['database', -1, 'an integer of 0 or more'],
  ['database', NaN, 'an integer of 0 or more'],
  ['namespace', 5, 'a string or an array of strings'],
  ['namespace', ['a', 5], 'a string or an array of strings'],
  ['scanCount', 0, 'an integer of 1 or more'],
  ['looping', 'yes', 'true or false'],
  ['dialect', 'python', '"node" or "ruby"'],
  ['commandTimeout', '10s', 'a number of 0 or more'],
  ['options', 'x', 'an object'],
  ['redis', {}, 'a ready ioredis client'],
  ['tls', 'yes', 'true, false or an object'],
  ['path', 1n, 'a string'],
];
test.each(refusals)('option %s = %s is refused with what is expected', (option, given, expected) => {
  const options = { [option]: given } as ConnectionOptions;
  expect(() => resolveConnectionOptions(options)).toThrow(
    expect.objectContaining({
      code: 'RESKUE_OPTION_INVALID',
      message: expect.stringContaining(`Connection option "${option}": expected ${expected}`) as string,
    }) as Error,
  );
});

test('the message shows what was given, short, and never a secret', () => {
  const messageOf = (options: object): string => {
    try {
      resolveConnectionOptions(options);
      return '';
    } catch (error) {
      return String(error);
    }
  };
  expect(messageOf({ port: 'abc' })).toMatch(/got "abc"$/);
  expect(messageOf({ host: { a: 'x'.repeat(1_000) } }).length).toBeLessThan(200);
  expect(messageOf({ password: 123456 })).toMatch(/got a number \(not shown\)$/);
  expect(messageOf({ url: 'http://user:secret@host' })).not.toContain('secret');
  expect(messageOf(5 as unknown as object)).toMatch(/expected an object, got 5$/);
});

test.each([
  ['ioredis-mock', /hand it in: \{ pkg: "ioredis-mock", redis: new RedisMock\(\) \}/],
  ['redis', /cannot load the package "redis": use "ioredis", or hand in/],
])('the package %s is not loaded, with the remedy', (pkg, message) => {
  expect(() => resolveConnectionOptions({ pkg })).toThrow(
    expect.objectContaining({
      code: 'RESKUE_PKG_UNSUPPORTED',
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});

const urls: [string, ReturnType<typeof parseRedisUrl>][] = [
  ['redis://host', { host: 'host', options: {} }],
  ['redis://:p%40ss@host:7000/3', { host: 'host', port: 7000, password: 'p@ss', database: 3, options: {} }],
  [
    'rediss://me:pw@[::1]:7000',
    { host: '::1', port: 7000, username: 'me', password: 'pw', tls: true, options: {} },
  ],
  ['valkey://host?db=2&family=6', { host: 'host', database: 2, options: { family: '6' } }],
  ['/tmp/redis.sock', { path: '/tmp/redis.sock', options: {} }],
  ['unix:///tmp/redis.sock?db=1', { path: '/tmp/redis.sock', database: 1, options: {} }],
  ['unix://me:pw@/tmp/a%20b.sock', { path: '/tmp/a b.sock', username: 'me', password: 'pw', options: {} }],
  ['http://host', undefined],
  ['redis://', undefined],
  ['redis://host/x', undefined],
  ['redis://%zz@host', undefined],
  ['localhost', undefined],
];
test.each(urls)('the URL %s', (url, expected) => {
  expect(parseRedisUrl(url)).toEqual(expected);
});

test('options beside a URL win over its parts', () => {
  const url = 'rediss://me:pw@host:7000/3';
  expect(resolveConnectionOptions({ url })).toMatchObject({
    host: 'host',
    port: 7000,
    database: 3,
    tls: true,
  });
  expect(resolveConnectionOptions({ url, host: 'other', database: 1, tls: false })).toMatchObject({
    host: 'other',
    port: 7000,
    database: 1,
    tls: false,
    username: 'me',
  });
});

test('what ioredis is given', () => {
  const given = (options: ConnectionOptions): object => clientOptions(resolveConnectionOptions(options));
  expect(given({ port: 7000, database: 2, password: 'pw', tls: true, commandTimeout: 0 })).toEqual({
    host: '127.0.0.1',
    port: 7000,
    password: 'pw',
    tls: {},
    db: 2,
  });
  expect(given({ path: '/s', password: 'pw', options: { password: 'inner', db: 5 } })).toEqual({
    path: '/s',
    password: 'inner',
    commandTimeout: 10_000,
    db: 0,
  });
});

test('the pauses between attempts grow to two seconds, a little apart for each process', () => {
  for (const [attempt, delay] of [
    [1, 50],
    [2, 100],
    [5, 800],
    [6, 1_600],
    [7, 2_000],
    [1_000, 2_000],
  ] as const) {
    expect(reconnectDelay(attempt)).toBeGreaterThanOrEqual(delay);
    expect(reconnectDelay(attempt)).toBeLessThanOrEqual(delay * 1.1);
  }
});
