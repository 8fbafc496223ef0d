import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRedis } from './find-redis.js';

let root = '';
const executable = (path: string): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'reskue-find-test-'));
  executable('own/my-redis');
  executable('valkey/valkey-server');
  executable('redis/redis-server');
  executable('cache/redis/usr/bin/redis-server');
  executable('cache/redis/usr/lib/some-triplet/lib.so');
  mkdirSync(join(root, 'folder/redis-server'), { recursive: true });
  writeFileSync(join(root, 'plain-redis-server'), '');
});
afterAll(() => rmSync(root, { recursive: true }));

const find = (folders: string[], more: Record<string, string> = {}) =>
  findRedis({ PATH: folders.map((name) => join(root, name)).join(delimiter), ...more });
const bin = (path: string) => ({ REDIS_SERVER_BIN: join(root, path) });
const cache = () => ({ RESKUE_CACHE_DIR: join(root, 'cache') });

test('REDIS_SERVER_BIN comes before PATH', () => {
  expect(find(['redis'], bin('own/my-redis'))).toEqual({ path: join(root, 'own/my-redis') });
});

test('REDIS_SERVER_BIN may be the name of a command on PATH', () => {
  expect(find(['own'], { REDIS_SERVER_BIN: 'my-redis' })).toEqual({ path: join(root, 'own/my-redis') });
});

test.each(['no-such-file', 'plain-redis-server', 'folder'])(
  'a REDIS_SERVER_BIN that cannot be run (%s) is an error, not a reason to look further',
  (path) => {
    const attempt = () => find(['redis'], bin(path));
    expect(attempt).toThrow(expect.objectContaining({ code: 'RESKUE_REDIS_NOT_FOUND' }));
    expect(attempt).toThrow(path);
  },
);

test('redis-server is taken before valkey-server, wherever they are on PATH', () => {
  expect(find(['valkey', 'redis'])).toEqual({ path: join(root, 'redis/redis-server') });
  expect(find(['valkey'])).toEqual({ path: join(root, 'valkey/valkey-server') });
});

test('a folder named redis-server is no server', () => {
  expect(find(['folder', 'redis'])).toEqual({ path: join(root, 'redis/redis-server') });
});

test('PATH comes before the cache folder, whose server brings its libraries', () => {
  expect(find(['valkey'], cache())).toEqual({ path: join(root, 'valkey/valkey-server') });
  const lib = join(root, 'cache/redis/usr/lib');
  expect(find(['own'], cache())).toEqual({
    path: join(root, 'cache/redis/usr/bin/redis-server'),
    libraryPath: `${lib}${delimiter}${join(lib, 'some-triplet')}`,
  });
});

test('nowhere is undefined', () => {
  expect(find([], { RESKUE_CACHE_DIR: join(root, 'nothing') })).toBeUndefined();
});
