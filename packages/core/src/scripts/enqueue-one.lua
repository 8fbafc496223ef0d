local queues, list, wake, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local call, payload = ARGV[1], ARGV[2]
-- `enqueue` for what most calls are: one payload, of a producer whose calls were answered before. The fewer operands and
-- commands, the sooner it is done: whoever enqueues one by one waits for each of them. Without a payload it does nothing: so
-- a producer has Redis take it up.
-- replies: {'known', length} when this call was applied before | the length, as a number, when it was applied now
if not payload then return 0 end
if redis.call('SETBIT', producer, call, '1') == 1 then
  return { 'known', redis.pcall('LLEN', list) }
end
local answer = redis.pcall('RPUSH', list, payload)
local length = answer
-- A queue that held something is listed already. The names of these keys differ by "s" and ":<queue>".
if answer == 1 then
  local queue = string.sub(list, #queues + 1)
  answer = redis.pcall('SADD', queues, queue)
  if answer == 1 then
    -- `wake` itself, for those who work every queue: in the slot of the others by its name.
    local newQueue = string.sub(wake, 1, -#queue - 2)
    if redis.pcall('LLEN', newQueue) == 0 then redis.pcall('RPUSH', newQueue, 1) end
  elseif answer ~= 0 then
    redis.pcall('RPOP', list)
  end
end
if type(answer) ~= 'number' then
  redis.call('SETBIT', producer, call, 0)
  return answer
end
if redis.pcall('LLEN', wake) == 0 then redis.pcall('RPUSH', wake, 1) end
return length
