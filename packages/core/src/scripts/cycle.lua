local leases, lease, workers, failed, processed, failures, queues, schedule, due, dueWake, pauseAll, paused, recovered, ahead, brought = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13], KEYS[14], KEYS[15] -- then per queue: list; then per queue whose token is owed: wake; then per slot: record, processedBy, the keys of its outcome in full: failuresBy, ...; then per worker with claims ahead that are done: processedBy; then, where a lock is to be given back by its holder: leaseLocks
local id, runAt, queueCount, slotCount, first, wanted, doneCount, unlockCount, broughtCount, needCount, owed, holderMark, broughtName = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11], ARGV[12], ARGV[13] -- owed: the places of the queues whose wake token is owed; holderMark: what stands in front of a claim's number in the value of a lock that came along with it; broughtName: the name of brought; then per slot: name as JSON, number, outcome after '+' when it wants a job or '-' when not, with '@' before it and the claim's number behind it where that was made ahead; then, where claims ahead are done: how many of each worker, in one text, in how many runs, the first and last number of each; then, in so many runs as unlockCount says, the first and the last number of holders whose locks are to be given back; then, in so many runs as broughtCount says, the first and the last number of claims whose locks came along with them, and are to be given back; then, where needs are to come along: ms of their locks, per class: what its payloads begin with, what its locks begin with or '', what the counters of its retries begin with, and the sign of these, or twice ''; then, where there is leaseLocks: its name, what stands in a value of a lock for the lease
-- Settles finished claims and claims jobs for the free slots and ahead of them; numbers make a second application of the same call harmless.
-- replies: {'cycled', queues that no list is at, {} | {'fresh', 'barred' or '', what came along, then per queue: index, count, payloads} | {'known', records}, then per slot: settlement, queue index, payload} | {'lost'} when the lease was reaped
if not redis.call('ZSCORE', leases, id) then return { 'lost' } end

local key, arg, listsAt = 15 + queueCount, 13, 15
local function nextKey() key = key + 1 return KEYS[key] end
local function nextArg() arg = arg + 1 return ARGV[arg] end

local wakes, lastOwed = {}, 0
if owed ~= '' then
  for place in string.gmatch(owed, '%d+') do
    lastOwed = tonumber(place)
    wakes[lastOwed] = nextKey()
  end
end

-- An outcome in full: what it counts, what it leaves in failed, where the payload goes, and a plugin's own commands.
local function readOutcome(slot)
  slot.failuresBy = nextKey()
  slot.processed, slot.failed, slot.failure, slot.place = tonumber(nextArg()), tonumber(nextArg()), nextArg(), nextArg()
  if slot.place ~= '' then
    slot.payload, slot.target, slot.marker = nextArg(), nextKey(), nextKey()
    if slot.place == 'delay' then slot.second, slot.dueMs = nextArg(), nextArg() else slot.queue = nextArg() end
  end
  slot.commands = {}
  for index = 1, tonumber(nextArg()) do
    local command = { nextArg() }
    local keyCount, argCount = tonumber(nextArg()), tonumber(nextArg())
    command.keys = keyCount
    for _ = 1, keyCount do command[#command + 1] = nextKey() end
    for _ = 1, argCount do command[#command + 1] = nextArg() end
    slot.commands[index] = command
  end
end

-- A worker's id is what its record's key ends in: behind the prefix and 'worker:'.
local idAt = #workers + 1
local slots, ids, records, settling, adopts = {}, {}, {}, {}, false
for index = 1, slotCount do
  local asked, record = ARGV[arg + 3], KEYS[key + 1]
  local slot = {
    record = record, processedBy = KEYS[key + 2], worker = string.sub(record, idAt), name = ARGV[arg + 1], number = ARGV[arg + 2],
    wants = string.byte(asked) == 43, outcome = string.sub(asked, 2),
  }
  key, arg = key + 2, arg + 3
  if string.byte(slot.outcome) == 64 then
    adopts, slot.outcome, slot.claim = true, string.sub(slot.outcome, 2), nextArg()
  end
  if slot.outcome ~= '' then
    settling[#settling + 1] = record
    if slot.outcome ~= 'done' then readOutcome(slot) end
  end
  slots[index], ids[index], records[index] = slot, slot.worker, record
end

-- A full Redis must still be drained: after one write that frees, a script may write the rest.
redis.call('HDEL', lease, '')

-- A claim made ahead whose end is not plain goes into the record of its worker first, and is settled there.
local function adopt(slot)
  local text = redis.call('HGET', ahead, slot.claim)
  if not text or redis.call('EXISTS', slot.record) == 1 then return end
  local at = string.find(text, ',"lease":"', 1, true)
  local shown = string.sub(text, 1, at - 1) .. ',"worker":' .. slot.name .. string.sub(text, at)
  if not string.find(text, ',"payload":', 1, true) then
    -- A long payload is in a list of its own.
    local list = ahead .. ':' .. slot.claim
    local payload = redis.call('LINDEX', list, 0)
    if not payload then return end
    shown = string.sub(shown, 1, -2) .. ',"payload":' .. payload .. '}'
    redis.call('DEL', list)
  end
  redis.call('SET', slot.record, shown)
  redis.call('HDEL', ahead, slot.claim)
end

local held, numbers, listed = {}, {}, {}
if slotCount > 0 then
  numbers = redis.call('HMGET', lease, unpack(ids))
  listed = redis.call('SMISMEMBER', workers, unpack(ids))
  if adopts then
    for index, slot in ipairs(slots) do
      local last = numbers[index]
      local isNew = last and tonumber(last) < tonumber(slot.number)
      if slot.claim and isNew and listed[index] == 1 then adopt(slot) end
    end
  end
  local foreseen = redis.call('EXISTS', unpack(records)) == #settling
  if foreseen and #settling > 0 and #settling < slotCount then
    foreseen = redis.call('EXISTS', unpack(settling)) == #settling
  end
  if not foreseen then
    for index, record in ipairs(records) do held[index] = redis.call('EXISTS', record) == 1 end
  else
    for index, slot in ipairs(slots) do held[index] = slot.outcome ~= '' end
  end
end
local switches = redis.call('EXISTS', pauseAll, paused, recovered) > 0
