local failed, queues, list, wake, newQueue = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] -- then, of a call that has a number: producer
local entry, queue, payload = ARGV[1], ARGV[2], ARGV[3] -- then, of a call that has a number: call, fresh, keepMs
-- Moves one failed job back to its queue: the entry leaves `failed` and the payload arrives, or neither.
-- replies: {'queued', length} | {'absent'} | {'known', length} when this call was applied before
local producer, call, fresh, keepMs = KEYS[6], ARGV[4], ARGV[5], ARGV[6]
local known = producer and redis.pcall('GETBIT', producer, call)
if known == 1 then return { 'known', redis.pcall('LLEN', list) } end
local kind = redis.call('TYPE', list).ok
if kind ~= 'list' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. list .. ' is no list') end
if redis.call('LREM', failed, 1, entry) == 0 then return { 'absent' } end
if redis.call('SADD', queues, queue) == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
local length = redis.call('RPUSH', list, payload)
if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
if type(known) == 'number' then
  redis.pcall('SETBIT', producer, call, 1)
  if fresh == '1' or call % 64 == 0 then redis.pcall('PEXPIRE', producer, keepMs) end
end
return { 'queued', length }
