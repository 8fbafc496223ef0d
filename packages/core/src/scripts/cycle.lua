local leases, lease, workers, failed, processed, failures, queues, schedule, due, dueWake, pauseAll, paused, recovered, ahead = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13], KEYS[14] -- then per queue: list; then per queue whose token is owed: wake; then per slot: record, processedBy, the keys of its outcome in full: failuresBy, ...; then per worker with claims ahead that are done: processedBy; then, where an outcome gives back a lock: leaseLocks
local id, runAt, queueCount, slotCount, first, wanted, doneCount, owed = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8] -- owed: the places of the queues whose wake token is owed; then per slot: name as JSON, number, outcome after '+' when it wants a job or '-' when not, with '@' before it and the claim's number behind it where that was made ahead; then per worker with claims ahead that are done: in how many runs, the first and last number of each; then, where an outcome gives back a lock: the name of leaseLocks
-- Settles finished claims and claims jobs for the free slots and ahead of them; numbers make a second application of the same call harmless.
-- replies: {'cycled', queues that no list is at, {} | {'fresh', 'barred' or '', then per queue: index, count, payloads} | {'known', records}, then per slot: settlement, queue index, payload} | {'lost'} when the lease was reaped
if not redis.call('ZSCORE', leases, id) then return { 'lost' } end

local key, arg, listsAt = 14 + queueCount, 8, 14
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
    if slot.outcome ~= 'done' then
      -- Done, and all that is left to do is to give back a lock: its owner's text follows the word.
      if string.sub(slot.outcome, 1, 5) == 'done ' then
        slot.lock, slot.owner, slot.owned, slot.outcome = nextKey(), nextKey(), string.sub(slot.outcome, 6), 'done'
      else
        readOutcome(slot)
      end
    end
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
  redis.call('SET', slot.record, string.sub(text, 1, at - 1) .. ',"worker":' .. slot.name .. string.sub(text, at))
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

-- A command that Redis has not: deletes its keys if each of them holds its text, or is not there.
local function delIf(command)
  for index = 1, command.keys do
    local text = command[1 + command.keys + index]
    local found = text ~= '' and redis.pcall('GET', command[1 + index])
    if found and (type(found) == 'table' or not string.find(found, text, 1, true)) then return end
  end
  redis.call('DEL', unpack(command, 2, 1 + command.keys))
end

-- Another one: locks to give back, all in one go at the end.
local unlocks = {}
local function unlock(slot)
  if slot.lock then
    unlocks[#unlocks + 1] = slot
  elseif slot.commands then
    for _, command in ipairs(slot.commands) do
      if command[1] == 'unlock' then
        unlocks[#unlocks + 1] = { lock = command[2], owner = command[3], owned = command[4] }
      end
    end
  end
end

-- What somebody else took away is not settled; but what its plugins hold is theirs to give back.
local function giveBack(slot)
  for _, command in ipairs(slot.commands or {}) do
    if command[1] == 'delif' then delIf(command) end
  end
end

local function apply(slot)
  for _, command in ipairs(slot.commands) do
    local answer
    if command[1] == 'delif' then
      delIf(command)
    elseif command[1] ~= 'unlock' then
      answer = redis.pcall(unpack(command))
    end
    if type(answer) == 'table' and answer.err then return command[1] .. ': ' .. answer.err end
  end
  local moved
  if slot.place == 'delay' then
    moved = redis.pcall('RPUSH', slot.target, slot.payload)
    if type(moved) == 'table' then return moved.err end
    redis.pcall('SADD', slot.marker, 'delayed:' .. slot.second)
    redis.pcall('ZADD', schedule, slot.second, slot.second)
    redis.pcall('ZADD', due, slot.dueMs, slot.second .. ':' .. slot.payload)
    if redis.pcall('LLEN', dueWake) == 0 then redis.call('RPUSH', dueWake, 1) end
  elseif slot.place ~= '' then
    moved = redis.pcall(slot.place == 'front' and 'LPUSH' or 'RPUSH', slot.target, slot.payload)
    if type(moved) == 'table' then return moved.err end
    redis.pcall('SADD', queues, slot.queue)
    if redis.pcall('LLEN', slot.marker) == 0 then redis.call('RPUSH', slot.marker, 1) end
  end
  if slot.failure ~= '' then
    local pushed = redis.pcall('RPUSH', failed, slot.failure)
    if type(pushed) == 'table' then return pushed.err end
  end
end

local function forget(record)
  local text = redis.call('GET', record)
  local _, last = string.find(text, ',"payload":', 1, true)
  if last then redis.call('HDEL', recovered, redis.sha1hex(string.sub(text, last + 1, -2))) end
end

local processedCount, failureCount, freed, free, applied = 0, 0, {}, {}, {}
local reply = { 'cycled', {}, {} }
for index, slot in ipairs(slots) do
  local status, at = '', index * 3 + 1
  reply[at], reply[at + 1], reply[at + 2] = '', 0, ''
  local last = tonumber(numbers[index])
  if not last then
    status = 'lost'
  elseif last >= tonumber(slot.number) or (held[index] and slot.outcome == '') then
    -- Applied before, or a claim whose reply never arrived: the record tells what is in this slot's hands.
    local text = held[index] and redis.call('GET', slot.record)
    local mine = text and string.find(text, ',"lease":"' .. id .. '","claim":', 1, true)
    status = text and not mine and 'taken' or slot.outcome ~= '' and 'settled' or ''
    if mine and slot.wants then reply[at + 1], reply[at + 2] = -1, text end
  elseif listed[index] == 0 or (slot.outcome ~= '' and not held[index]) then
    -- A neighbour's clean-up took the worker off the list, and the job with it.
    status = 'lost'
    slot.freed = held[index]
    redis.call('HDEL', lease, slot.worker)
  else
    local refusal
    if slot.outcome == 'done' then
      processedCount = processedCount + 1
      redis.call('INCR', slot.processedBy)
    elseif slot.outcome ~= '' then
      refusal = apply(slot)
      if not refusal then
        if slot.processed ~= 0 then redis.call('INCRBY', slot.processedBy, slot.processed) end
        if slot.failed ~= 0 then redis.call('INCRBY', slot.failuresBy, slot.failed) end
        processedCount, failureCount = processedCount + slot.processed, failureCount + slot.failed
      end
    end
    if refusal then
      status = 'refused ' .. refusal
    else
      if slot.outcome ~= '' then
        status, slot.freed = 'settled', true
        unlock(slot)
        if switches and slot.outcome ~= 'retried' and slot.outcome ~= 'requeued' then forget(slot.record) end
      end
      applied[#applied + 1] = slot.worker
      applied[#applied + 1] = slot.number
      if slot.wants then free[#free + 1] = index end
    end
  end
  if status == 'lost' or status == 'taken' then
    giveBack(slot)
    unlock(slot)
  end
  reply[at] = status
end

-- Gives back the locks that are their holders' still: whose value and whose owner's text are theirs, or gone.
local function giveLocksBack(first, last)
  local leaseLocks, keys, found, names = KEYS[#KEYS], {}, {}, {}
  for index = first, last do
    keys[#keys + 1], keys[#keys + 2] = unlocks[index].lock, unlocks[index].owner
  end
  local texts = redis.call('MGET', unpack(keys))
  -- The set has the names without what a client puts in front of every key.
  local nameAt = #leaseLocks - #ARGV[#ARGV] + 1
  for index = first, last do
    local held, at = unlocks[index], (index - first) * 2
    local value, text, owned = texts[at + 1], texts[at + 2], held.owned
    local isValue = not value or (string.find(owned, value, 1, true) == 1 and string.byte(owned, #value + 1) == 32)
    if isValue and (not text or text == owned) then
      if value then found[#found + 1] = held.lock end
      if text then found[#found + 1] = held.owner end
      names[#names + 1] = string.sub(held.lock, nameAt)
    end
  end
  if #found > 0 then redis.call('DEL', unpack(found)) end
  if #names > 0 then redis.pcall('SREM', leaseLocks, unpack(names)) end
end
for first = 1, #unlocks, 1000 do giveLocksBack(first, math.min(first + 999, #unlocks)) end
for _ = 1, doneCount do
  local processedBy, ended = nextKey(), {}
  for _ = 1, tonumber(nextArg()) do
    -- As numbers, which Redis writes in full: a text would be made and hashed for each.
    for claim = tonumber(nextArg()), tonumber(nextArg()) do ended[#ended + 1] = claim end
  end
  -- Those that are still there; a second arrival finds none.
  ended = redis.call('HDEL', ahead, unpack(ended))
  processedCount = processedCount + ended
  if ended > 0 then redis.call('INCRBY', processedBy, ended) end
end
if processedCount > 0 then redis.call('INCRBY', processed, processedCount) end
if failureCount > 0 then redis.call('INCRBY', failures, failureCount) end

local allPaused = false
if switches then
  local word = redis.pcall('GET', pauseAll)
  allPaused = type(word) == 'string' and string.lower(string.gsub(word, '%s', '')) == 'true'
end
-- How many may still be claimed ahead of the free slots: none by a call that was applied before.
local open, number, claims, shown = wanted, first, {}, reply[3]
if wanted > 0 then
  if tonumber(redis.call('HGET', ahead, 'last') or -1) >= first then
    local fields = {}
    for claim = first, first + wanted - 1 do fields[#fields + 1] = claim end
    open, shown[1] = 0, 'known'
    for _, text in ipairs(redis.call('HMGET', ahead, unpack(fields))) do
      if text then shown[#shown + 1] = text end
    end
  else
    shown[1], shown[2] = 'fresh', ''
    claims[1], claims[2] = 'last', first + wanted - 1
  end
end
local suspects = open > 0 and switches and redis.call('EXISTS', recovered) == 1
-- Where a process may have died of a job, each that it held has a slot of its own when it runs again.
local function isSuspect(payload) return redis.pcall('HEXISTS', recovered, redis.sha1hex(payload)) == 1 end

local escapes = { ['"'] = '\\"', ['\\'] = '\\\\', ['\b'] = '\\b', ['\f'] = '\\f', ['\n'] = '\\n', ['\r'] = '\\r', ['\t'] = '\\t' }
local function asJson(name)
  if string.find(name, '[%z\1-\31"\\]') then
    name = string.gsub(name, '[%z\1-\31"\\]', function(byte)
      return escapes[byte] or string.format('\\u%04x', string.byte(byte))
    end)
  end
  return '"' .. name .. '"'
end

local nextFree = 1
local function claim(index, list, name, room)
  local payloads = redis.pcall('LPOP', list, room)
  if payloads and payloads.err then
    reply[2][#reply[2] + 1] = name
    return
  end
  if not payloads then return end
  local head = '{"queue":' .. asJson(name) .. ',"run_at":"' .. runAt .. '"'
  local opening, lent, counted = head .. ',"worker":', ',"lease":"' .. id .. '","claim":', nil
  local lentAhead = head .. lent
  for place, payload in ipairs(payloads) do
    if nextFree <= #free then
      local slot, at = slots[free[nextFree]], free[nextFree] * 3 + 1
      nextFree = nextFree + 1
      redis.call('SET', slot.record, opening .. slot.name .. lent .. slot.number .. ',"payload":' .. payload .. '}')
      slot.freed = false
      reply[at + 1], reply[at + 2] = index, payload
    elseif suspects and isSuspect(payload) then
      for last = #payloads, place, -1 do redis.call('LPUSH', list, payloads[last]) end
      open, shown[2] = 0, 'barred'
      break
    else
      if not counted then
        counted = #shown + 2
        -- From which number on; how many these are is known at the end.
        shown[counted - 1], shown[counted] = index, number
      end
      shown[#shown + 1] = payload
      claims[#claims + 1] = number
      claims[#claims + 1] = lentAhead .. number .. ',"payload":' .. payload .. '}'
      number, open = number + 1, open - 1
    end
  end
  if counted then shown[counted] = number - shown[counted] end
end

-- Of a long list most queues are empty: one look tells it of a stretch of them.
local stretch, nameAt = 16, #queues + 1
local index = allPaused and queueCount + 1 or 1
while index <= queueCount do
  local room = #free - nextFree + 1 + open
  if room <= 0 and index > lastOwed then break end
  local last = math.min(index + stretch - 1, queueCount)
  local isEmpty = index % stretch == 1 and last > index + 2
    and redis.call('EXISTS', unpack(KEYS, listsAt + index, listsAt + last)) == 0
  if isEmpty then
    index = last
  else
    local list, wake = KEYS[listsAt + index], wakes[index]
    local name = string.sub(list, nameAt)
    local stopped = switches and redis.pcall('SISMEMBER', paused, name) == 1
    if not stopped and room > 0 then claim(index, list, name, room) end
    if wake and not stopped and nextFree > #free and redis.pcall('LLEN', wake) == 0 then
      local left = redis.pcall('LLEN', list)
      if type(left) == 'number' and left > 0 then redis.call('RPUSH', wake, 1) end
    end
  end
  index = index + 1
end
if #claims > 0 then redis.call('HSET', ahead, unpack(claims)) end
for _, slot in ipairs(slots) do
  if slot.freed then freed[#freed + 1] = slot.record end
end
if #freed > 0 then redis.call('DEL', unpack(freed)) end
if #applied > 0 then redis.call('HSET', lease, unpack(applied)) end
return reply
