import { cycle, giveBack, loneCycle, promote, quickCycle, reap } from '@reskue/core/protocol';
import type { Mutations } from './wire.js';

/** Replaces a piece of a script that must be there, so that a fault is never planted into the air. */
function replaced(source: string, piece: string, by: string): string {
  if (source.split(piece).length !== 2) throw new Error(`the script has not one piece: ${piece}`);
  return source.replace(piece, () => by);
}

const without = (source: string, ...pieces: string[]): string =>
  pieces.reduce((text, piece) => replaced(text, piece, ''), source);

const storing = "store(action, payload, operand, ms, KEYS[key + 2], KEYS[key + 3]) and 'moved' or 'broken'";
const removing = "if atHead then redis.call('LPOP', bucket) else redis.call('LREM', bucket, 1, payload) end";
const looking = "if atHead or redis.call('LPOS', bucket, payload) then";

const quickNumbers =
  "if not last or tonumber(last) >= tonumber(ARGV[argAt + 3 * slot - 1]) then return { 'full' } end";
const quickHeld = "if #done > 0 and redis.call('EXISTS', unpack(done)) < #done then return { 'full' } end";
const quickFencing = "if not redis.call('ZSCORE', leases, id) then return { 'full' } end\n";
const loneNumber = "if not last or tonumber(last) >= tonumber(number) then return { 'full' } end";
const loneHeld =
  "if redis.call('EXISTS', pauseAll, paused, recovered, record, record, record, record) ~= 4 then return { 'full' } end";
const loneListed = "if redis.call('SISMEMBER', workers, worker) == 0 then return { 'full' } end";
const quickListed = "if isListed == 0 then return { 'full' } end";

const fencing = "if not redis.call('ZSCORE', leases, id) then return { 'lost' } end\n";
const numbered = "last >= tonumber(slot.number) or (held[index] and slot.outcome == '')";

/** Faults that a model which deserves trust must find, each as the scripts it changes. */
export const plantedFaults: Record<string, Mutations> = {
  'a promotion in two commands, taking out first': {
    promote: [
      replaced(promote.source, storing, "'moved'"),
      without(replaced(promote.source, looking, 'if true then'), removing),
    ],
  },
  'a promotion in two commands, putting in first': {
    promote: [without(promote.source, removing), replaced(promote.source, storing, "'moved'")],
  },
  'a settlement that asks neither for the lease nor for what is held': {
    cycle: [
      [
        ['tonumber(numbers[index])', 'tonumber(numbers[index]) or 0'],
        ["elseif listed[index] == 0 or (slot.outcome ~= '' and not held[index]) then", 'elseif false then'],
      ].reduce((text, [piece = '', by = '']) => replaced(text, piece, by), without(cycle.source, fencing)),
    ],
  },
  'a settlement that does not ask for the lease': {
    cycle: [
      replaced(without(cycle.source, fencing), 'tonumber(numbers[index])', 'tonumber(numbers[index]) or 0'),
    ],
  },
  'a claim that a second arrival makes again': {
    cycle: [replaced(cycle.source, numbered, 'false')],
  },
  'jobs claimed ahead that a second arrival claims again': {
    cycle: [replaced(cycle.source, "tonumber(redis.call('HGET', ahead, 'last') or -1) >= first", 'false')],
  },
  'a process that dies with what it claimed ahead': {
    reap: [
      without(
        replaced(
          reap.source,
          "redis.call('LPUSH', entry.list, entry.payload)",
          "if entry.worker ~= '' then redis.call('LPUSH', entry.list, entry.payload) end",
        ),
      ),
    ],
  },
  'giving back in two commands, putting back first': {
    giveBack: [without(giveBack.source, "redis.call('HDEL', ahead, claim)\n")],
  },
  'a settlement that a second arrival makes again': {
    cycle: [replaced(cycle.source, numbered, "(held[index] and slot.outcome == '')")],
  },
  'a quick cycle that a second arrival makes again': {
    quickCycle: [replaced(quickCycle.source, quickNumbers, "if not last then return { 'full' } end")],
  },
  'a lone cycle that a second arrival makes again': {
    loneCycle: [replaced(loneCycle.source, loneNumber, "if not last then return { 'full' } end")],
  },
  'a lone cycle that asks neither for the lease nor for what is held': {
    loneCycle: [
      replaced(
        without(loneCycle.source, quickFencing, loneHeld, loneListed),
        loneNumber,
        "if last and tonumber(last) >= tonumber(number) then return { 'full' } end",
      ),
    ],
  },
  'a quick cycle that asks neither for the lease nor for what is held': {
    quickCycle: [
      replaced(
        without(quickCycle.source, quickFencing, quickHeld, quickListed),
        quickNumbers,
        "if last and tonumber(last) >= tonumber(ARGV[argAt + 3 * slot - 1]) then return { 'full' } end",
      ),
    ],
  },
};
