import { ReskueError } from '../errors/reskue-error.js';
import { endOfString, endOfValue, skipSpace } from './raw-member.js';

/** What stands in a payload behind the job itself: texts, finite numbers and booleans, by name. */
export interface PayloadMembers {
  readonly [name: string]: string | number | boolean;
}

const ownNames: ReadonlySet<string> = new Set(['class', 'queue', 'args']);

/**
 * The payload with these members at its end; without any it stays as it is.
 * @throws RESKUE_MEMBER_INVALID
 */
export function addMembers(payload: string, members: PayloadMembers | undefined): string {
  if (members === undefined) return payload;
  let text = '';
  for (const [name, value] of Object.entries(members)) {
    checkMember(name, value);
    text += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return text === '' ? payload : `${payload.slice(0, -1)}${text}}`;
}

/**
 * The members behind the job in a payload, of any writer: none where it has none, or is no JSON object. The args are not
 * decoded.
 */
export function membersOf(payload: string): PayloadMembers {
  const at = startOfMembers(payload);
  if (at === undefined) return {};
  try {
    // Whoever wrote them may have written anything; the reader of a member looks at its type.
    return JSON.parse(`{${payload.slice(at).trimStart().slice(1)}`) as PayloadMembers;
  } catch {
    return {};
  }
}

/**
 * The payload without the members behind the job: what two writings of the same job have in common. Plain payloads end
 * in their args and are known by that, for a member's value is no list.
 */
export function withoutMembers(payload: string): string {
  if (payload.endsWith(']}')) return payload;
  const at = startOfMembers(payload);
  return at === undefined ? payload : `${payload.slice(0, at)}}`;
}

/** The index of the comma before the first member that is not the job's own, if all from there on are such. */
function startOfMembers(text: string): number | undefined {
  if (!text.startsWith('{')) return undefined;
  let found: number | undefined;
  let at = skipSpace(text, 1);
  let behind = at;
  try {
    while (text[at] === '"') {
      const keyEnd = endOfString(text, at);
      const key: unknown = JSON.parse(text.slice(at, keyEnd));
      if (!ownNames.has(key as string)) found ??= behind;
      else if (found !== undefined) return undefined;
      behind = endOfValue(text, skipSpace(text, text.indexOf(':', keyEnd) + 1));
      at = skipSpace(text, behind);
      if (text[at] !== ',') break;
      at = skipSpace(text, at + 1);
    }
  } catch {
    return undefined;
  }
  // A member that comes first stands behind no job.
  return found === undefined || text[found] === '"' ? undefined : found;
}

function checkMember(name: string, value: unknown): void {
  if (ownNames.has(name)) {
    throw new ReskueError('RESKUE_MEMBER_INVALID', `Payload member "${name}": that is the job's own`);
  }
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  const found = typeof value === 'number' ? String(value) : value === null ? 'null' : typeof value;
  throw new ReskueError(
    'RESKUE_MEMBER_INVALID',
    `Payload member "${name}": expected a text, a finite number or a boolean, got ${found}`,
  );
}
