import { createRequire } from 'node:module';
import type { CommandContext } from '../../command/command-context.js';

const require = createRequire(import.meta.url);

export async function run({ out }: CommandContext): Promise<undefined> {
  const versions = [
    { name: 'reskue', version: versionOf('@reskue/cli/package.json') },
    { name: 'node', version: process.versions.node },
    { name: 'ioredis', version: versionOf('ioredis/package.json') },
  ];
  const record = Object.fromEntries(versions.map(({ name, version }) => [name, version]));
  await out.document(record, async () => {
    for (const { name, version } of versions) await out.line(`${name} ${version ?? 'not found'}`);
  });
}

function versionOf(manifest: string): string | null {
  try {
    const found: unknown = require(manifest);
    const version: unknown = Reflect.get(Object(found), 'version');
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
