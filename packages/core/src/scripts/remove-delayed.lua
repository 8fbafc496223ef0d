local bucket, timestamps, schedule, due = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local second, payload = ARGV[1], ARGV[2]
-- Removes a payload from one delayed second, and the second with its last job.
-- replies: {'removed', count}
local removed = redis.call('LREM', bucket, 0, payload)
redis.call('SREM', timestamps, 'delayed:' .. second)
redis.call('ZREM', due, second .. ':' .. payload)
if redis.call('LLEN', bucket) == 0 then redis.call('ZREM', schedule, second) end
return { 'removed', removed }
