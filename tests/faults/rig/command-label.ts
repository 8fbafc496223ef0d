import { createHash } from 'node:crypto';
import * as protocol from '@reskue/core/protocol';
import { words } from './resp.js';

const names = new Map<string, string>();
for (const value of Object.values<unknown>(protocol)) {
  if (typeof value !== 'object' || value === null || !('sha' in value) || !('name' in value)) continue;
  names.set(String(value.sha), String(value.name));
}

/** What a command is called in a list of boundaries: `cycle`, `blpop`, `client setinfo`. */
export function commandLabel(frame: Buffer): string {
  const [command = '', first = ''] = words(frame, 2);
  const name = command.toLowerCase();
  if (name === 'evalsha') return names.get(first) ?? `evalsha ${first}`;
  if (name === 'eval') {
    const sha = createHash('sha1').update(first).digest('hex');
    return `${names.get(sha) ?? sha} (whole)`;
  }
  return name === 'client' ? `client ${first.toLowerCase()}` : name;
}
