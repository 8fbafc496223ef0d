local queues, list, wake, newQueue, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local queue, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4] -- then payloads...
-- Appends payloads to one queue and wakes an idle process, once for each call number of a producer.
-- replies: {'queued', length} | {'known', length} when this call was applied before
if redis.call('SETBIT', producer, call, 1) == 1 then
  return { 'known', redis.call('LLEN', list) }
end

local function append()
  local listed = redis.pcall('SADD', queues, queue)
  if type(listed) == 'table' then return listed end
  local length = 0
  for first = 5, #ARGV, 1000 do
    length = redis.pcall('RPUSH', list, unpack(ARGV, first, math.min(first + 999, #ARGV)))
    if type(length) == 'table' then return length end
  end
  -- A token too many costs one look; a wake list that a stranger made something else must not cost the job.
  if listed == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
  if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
  return { 'queued', length }
end

local reply = append()
if reply.err then
  redis.call('SETBIT', producer, call, 0)
elseif fresh == '1' or call % 64 == 0 then
  redis.call('PEXPIRE', producer, keepMs)
end
return reply
