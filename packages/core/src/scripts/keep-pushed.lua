local queues, list, wake, newQueue, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local queue, call, fresh, keepMs, count = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
-- Makes an enqueue of the RPUSH right before it in the same MULTI: keeps its payloads and wakes an idle process, or takes all of them back.
-- replies: {'queued', length} | {'known', length} when this call was applied before
-- Trims nothing: a key that is no list refuses it as it refused the RPUSH, and as a write that takes no memory it lets the
-- next ones of a full Redis through.
local trimmed = redis.pcall('LTRIM', list, 0, -1)
if trimmed.err then return trimmed end

local function takeBack(reply)
  redis.call('LTRIM', list, 0, -count - 1)
  return reply
end

local answer = redis.pcall('SETBIT', producer, call, 1)
if answer == 1 then return { takeBack('known'), redis.call('LLEN', list) } end
if type(answer) ~= 'number' then return takeBack(answer) end
if fresh == '1' or call % 64 == 0 then answer = redis.pcall('PEXPIRE', producer, keepMs) end
if type(answer) == 'number' then answer = redis.pcall('SADD', queues, queue) end
if type(answer) ~= 'number' then
  redis.call('SETBIT', producer, call, 0)
  return takeBack(answer)
end
if answer == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.pcall('RPUSH', newQueue, 1) end
if redis.pcall('LLEN', wake) == 0 then redis.pcall('RPUSH', wake, 1) end
return { 'queued', redis.call('LLEN', list) }
