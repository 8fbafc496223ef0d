local failed, queues, list, wake, newQueue = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local entry, queue, payload = ARGV[1], ARGV[2], ARGV[3]
-- Moves one failed job back to its queue: the entry leaves `failed` and the payload arrives, or neither.
-- replies: {'queued', length} | {'absent'}
local kind = redis.call('TYPE', list).ok
if kind ~= 'list' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. list .. ' is no list') end
if redis.call('LREM', failed, 1, entry) == 0 then return { 'absent' } end
if redis.call('SADD', queues, queue) == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
local length = redis.call('RPUSH', list, payload)
if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
return { 'queued', length }
