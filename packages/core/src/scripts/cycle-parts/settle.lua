-- The second part of cycle.lua: what becomes of each slot's claim, and of those made ahead that are done.
-- A command that Redis has not: deletes its keys if each of them holds its text, or is not there.
local function delIf(command)
  for index = 1, command.keys do
    local text = command[1 + command.keys + index]
    local found = text ~= '' and redis.pcall('GET', command[1 + index])
    if found and (type(found) == 'table' or not string.find(found, text, 1, true)) then return end
  end
  redis.call('DEL', unpack(command, 2, 1 + command.keys))
end

-- Others: locks to give back, all in one go at the end.
local holders, bringers = {}, {}
local function unlock(slot)
  for _, command in ipairs(slot.commands or {}) do
    if command[1] == 'unlock' then holders[#holders + 1] = tonumber(command[2]) end
    if command[1] == 'unlockClaim' then bringers[#bringers + 1] = command[2] end
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
    elseif command[1] ~= 'unlock' and command[1] ~= 'unlockClaim' then
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

-- The number of a claim: each is named twice where its lock came along.
local texts = {}
local function asText(claim)
  local text = texts[claim] or string.format('%d', claim)
  texts[claim] = text
  return text
end

-- Those that are still there; a second arrival finds none.
local ended, doers = {}, nil
if doneCount > 0 then
  doers = string.gmatch(nextArg(), '%d+')
  for _ = 1, tonumber(nextArg()) do
    for claim = tonumber(nextArg()), tonumber(nextArg()) do ended[#ended + 1] = asText(claim) end
  end
end
local open = 0
for first = 1, #ended, 1000 do
  open = open + redis.call('HDEL', ahead, unpack(ended, first, math.min(first + 999, #ended)))
end
processedCount = processedCount + open
for _ = 1, doneCount do
  local processedBy, counted = nextKey(), math.min(tonumber(doers()), open)
  open = open - counted
  if counted > 0 then redis.call('INCRBY', processedBy, counted) end
end

-- Gives back the locks that are their holders' still: whose value tells this lease, and the number of the holder.
local function giveLocksBack(first, last)
  local leaseLocks, name, mark = KEYS[#KEYS], ARGV[#ARGV - 1], ARGV[#ARGV]
  local names = redis.pcall('HMGET', leaseLocks, unpack(holders, first, last))
  if names.err then return end
  -- The hash has the names without what a client puts in front of every key.
  local front = string.sub(leaseLocks, 1, #leaseLocks - #name)
  local locks, whose, found = {}, {}, {}
  for index = 1, last - first + 1 do
    local lock = names[index]
    if lock then locks[#locks + 1], whose[#whose + 1] = front == '' and lock or front .. lock, holders[first + index - 1] end
  end
  if #locks == 0 then return end
  -- These keys were declared when they were taken; where Redis refuses them now, whoever reaps gives them back.
  local values = redis.pcall('MGET', unpack(locks))
  if values.err then return end
  for index, value in ipairs(values) do
    local _, at = string.find(value or '', mark, 1, true)
    -- Behind the lease stand six digits of whoever numbers the holders.
    if at and tonumber(string.sub(value, at + 7)) == whose[index] then found[#found + 1] = locks[index] end
  end
  local gone = #found > 0 and redis.pcall('DEL', unpack(found))
  if type(gone) == 'table' then return end
  redis.call('HDEL', leaseLocks, unpack(whose))
end
-- Those of jobs that are done, and that have nothing else to be done for them.
for _ = 1, unlockCount do
  for holder = tonumber(nextArg()), tonumber(nextArg()) do holders[#holders + 1] = holder end
end
for _ = 1, broughtCount do
  for claim = tonumber(nextArg()), tonumber(nextArg()) do bringers[#bringers + 1] = asText(claim) end
end
for from = 1, #bringers, 1000 do giveBroughtBack(bringers, from, math.min(from + 999, #bringers)) end
for first = 1, #holders, 1000 do giveLocksBack(first, math.min(first + 999, #holders)) end
if processedCount > 0 then redis.call('INCRBY', processed, processedCount) end
if failureCount > 0 then redis.call('INCRBY', failures, failureCount) end
