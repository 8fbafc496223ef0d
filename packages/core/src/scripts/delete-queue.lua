local queues, list, wake = KEYS[1], KEYS[2], KEYS[3]
local queue = ARGV[1]
-- Removes a queue: its name, its jobs and its wake token.
-- replies: {'deleted', jobs that were in it}
local length = redis.pcall('LLEN', list)
redis.call('UNLINK', list, wake)
redis.call('SREM', queues, queue)
return { 'deleted', type(length) == 'number' and length or 0 }
