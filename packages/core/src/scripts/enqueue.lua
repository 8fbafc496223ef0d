local queues, list, wake, newQueue, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local queue, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4] -- then payloads...
-- Appends payloads to one queue and wakes an idle process, once for each call number of a producer.
-- replies: {'queued', length} | {'known', length} when this call was applied before
if redis.call('SETBIT', producer, call, 1) == 1 then
  return { 'known', redis.pcall('LLEN', list) }
end

-- Whatever Redis may refuse (a type, a right) comes before the job is stored, or must not matter.
local function append()
  if fresh == '1' or call % 64 == 0 then
    local kept = redis.pcall('PEXPIRE', producer, keepMs)
    if type(kept) == 'table' then return kept end
  end
  local listed = redis.pcall('SADD', queues, queue)
  if type(listed) == 'table' then return listed end
  local length = 0
  for first = 5, #ARGV, 1000 do
    length = redis.pcall('RPUSH', list, unpack(ARGV, first, math.min(first + 999, #ARGV)))
    if type(length) == 'table' then return length end
  end
  if listed == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.pcall('RPUSH', newQueue, 1) end
  if redis.pcall('LLEN', wake) == 0 then redis.pcall('RPUSH', wake, 1) end
  return { 'queued', length }
end

local reply = append()
if reply.err then redis.call('SETBIT', producer, call, 0) end
return reply
