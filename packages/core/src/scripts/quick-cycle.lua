local leases, lease, workers, processed, pauseAll, paused, recovered = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7] -- then per queue: list; then per queue whose token is owed: wake; then per slot: record, processedBy
local id, queueCount, slotCount, owed = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] -- owed: the places of the queues whose wake token is owed; then per queue: the record up to the worker's name; then per slot: number, 'claim', 'done' or 'both', the record from the worker's name to the payload
-- A cycle in which nothing is out of the ordinary: claims into records, plain successes, no pause, nobody died of a job. All else is left to `cycle`, under the same numbers.
-- replies: {'quick', the places of queues that no list is at, then per slot: queue index (0: no job), payload} | {'full'} nothing was changed
local keyAt, argAt = #KEYS - 2 * slotCount - 1, queueCount + 3
local ids, done, open, free = {}, {}, {}, {}
for slot = 1, slotCount do
  local record, task = KEYS[keyAt + 2 * slot], ARGV[argAt + 3 * slot]
  -- A worker's id is what its record's key ends in: behind the prefix and 'worker:'.
  ids[slot] = string.sub(record, #workers + 1)
  if task == 'claim' then open[#open + 1] = record else done[#done + 1] = record end
  if task ~= 'done' then free[#free + 1] = slot end
end

-- All that is looked at, and all that can raise, comes before the first change.
if not redis.call('ZSCORE', leases, id) then return { 'full' } end
local numbers = redis.call('HMGET', lease, unpack(ids))
for slot = 1, slotCount do
  local last = numbers[slot]
  if not last or tonumber(last) >= tonumber(ARGV[argAt + 3 * slot - 1]) then return { 'full' } end
end
for _, isListed in ipairs(redis.call('SMISMEMBER', workers, unpack(ids))) do
  if isListed == 0 then return { 'full' } end
end
if redis.call('EXISTS', pauseAll, paused, recovered, unpack(open)) > 0 then return { 'full' } end
if #done > 0 and redis.call('EXISTS', unpack(done)) < #done then return { 'full' } end

local reply, claimed, broken = { 'quick', '' }, 0, ''
for slot = 1, slotCount do reply[2 * slot + 1], reply[2 * slot + 2] = 0, '' end
for queue = 1, queueCount do
  if claimed == #free then break end
  -- The first write is one that frees: then a full Redis takes the rest, too.
  local payloads = redis.pcall('LPOP', KEYS[7 + queue], #free - claimed) or {}
  if payloads.err then broken = broken .. ' ' .. queue end
  for _, payload in ipairs(payloads) do
    claimed = claimed + 1
    local slot = free[claimed]
    local record, head = KEYS[keyAt + 2 * slot], ARGV[4 + queue] .. ARGV[argAt + 3 * slot + 1]
    if #payload < 4096 then
      redis.call('SET', record, head .. payload .. '}')
    else
      -- Lua hashes each text that it makes, whole: this long one is not made again.
      redis.call('SET', record, head)
      redis.call('APPEND', record, payload)
      redis.call('APPEND', record, '}')
    end
    reply[2 * slot + 1], reply[2 * slot + 2] = queue, payload
  end
end
reply[2] = broken

local applied, ended = {}, {}
for slot = 1, slotCount do
  applied[2 * slot - 1], applied[2 * slot] = ids[slot], ARGV[argAt + 3 * slot - 1]
  if reply[2 * slot + 1] == 0 and ARGV[argAt + 3 * slot] ~= 'claim' then ended[#ended + 1] = KEYS[keyAt + 2 * slot] end
end
if #ended > 0 then redis.call('DEL', unpack(ended)) end
redis.call('HSET', lease, unpack(applied))
if #done > 0 then
  -- A counter of another type stops nobody.
  for slot = 1, slotCount do
    if ARGV[argAt + 3 * slot] ~= 'claim' then redis.pcall('INCR', KEYS[keyAt + 2 * slot + 1]) end
  end
  redis.pcall('INCRBY', processed, #done)
end

local wakeAt = 7 + queueCount
for place in string.gmatch(owed, '%d+') do
  wakeAt = wakeAt + 1
  if claimed == #free and redis.pcall('LLEN', KEYS[wakeAt]) == 0 then
    local left = redis.pcall('LLEN', KEYS[7 + place])
    if type(left) == 'number' and left > 0 then redis.call('RPUSH', KEYS[wakeAt], 1) end
  end
end
return reply
