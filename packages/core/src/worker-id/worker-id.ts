/** A worker's parts. `queues` is the text after the name, null where there is none. */
export interface ParsedWorkerId {
  name: string;
  queues: string | null;
}

/** What is known of the fleet, to tell a name from the queues where an id alone does not. */
export interface KnownWorkers {
  /** Worker names, as in `worker:ping:<name>`. */
  names?: Iterable<string>;
  /** Queue names, as in the set `queues`. */
  queues?: Iterable<string>;
}

/** The id under which a worker stands in `workers`: `host:pid:math,mail`, or `host:pid:*` for all queues. */
export function workerId(name: string, queues: readonly string[]): string {
  return `${name}:${queues.length === 0 ? '*' : queues.join(',')}`;
}

/**
 * Splits a worker id of any writer. The first rule that fits: a name that is known (the longest), `host:pid` or
 * `host:pid+n` at the beginning, a rest that consists of known queues, one colon only, node-resque's rule (two parts are
 * the name). Queue names may hold colons and commas.
 */
export function parseWorkerId(id: string, known: KnownWorkers = {}): ParsedWorkerId {
  const colons = [...id.matchAll(/:/g)].map(({ index }) => index);
  const [first, second] = colons;
  if (first === undefined) return { name: id, queues: null };
  const name =
    longestKnownName(id, known.names ?? []) ??
    /^[^:]+:\d+(\+\d+)?(?=:)/.exec(id)?.[0] ??
    nameBeforeKnownQueues(id, colons, known.queues) ??
    id.slice(0, second ?? first);
  return { name, queues: id.slice(name.length + 1) };
}

/** The queues in the text after the name. Known names may hold commas; elsewhere each comma ends a name. */
export function splitQueues(text: string, known: Iterable<string> = []): string[] {
  const withComma = new Set([...known].filter((queue) => queue.includes(',')));
  const parts = text.split(',');
  const queues: string[] = [];
  for (let from = 0; from < parts.length;) {
    let to = parts.length;
    while (to > from + 1 && !withComma.has(parts.slice(from, to).join(','))) to -= 1;
    queues.push(parts.slice(from, to).join(','));
    from = to;
  }
  return queues;
}

function longestKnownName(id: string, names: Iterable<string>): string | undefined {
  let longest: string | undefined;
  for (const name of names) {
    if (id.startsWith(`${name}:`) && name.length > (longest?.length ?? 0)) longest = name;
  }
  return longest;
}

function nameBeforeKnownQueues(
  id: string,
  colons: number[],
  queues: Iterable<string> = [],
): string | undefined {
  const known = new Set(queues);
  if (known.size === 0) return undefined;
  const at = colons.find((colon) =>
    splitQueues(id.slice(colon + 1), known).every((queue) => known.has(queue)),
  );
  return at === undefined ? undefined : id.slice(0, at);
}
