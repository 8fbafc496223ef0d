local queues, list, wake, newQueue, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local queue, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4] -- then payloads...
-- Appends payloads to one queue and wakes an idle process, once for each call number of a producer.
-- replies: {'known', length} when this call was applied before | the length, as a number, when it was applied now
if redis.call('SETBIT', producer, call, '1') == 1 then
  return { 'known', redis.pcall('LLEN', list) }
end
local regular = fresh == '1' or call % 64 == 0
local answer, isNew, length = 0, false, 0
-- Whatever Redis may refuse (a type, a right) is tried before the job is stored, by the first calls of a producer.
if regular then
  answer = redis.pcall('PEXPIRE', producer, keepMs)
  if type(answer) == 'number' then answer = redis.pcall('SADD', queues, queue) end
  isNew = answer == 1
end
for from = 5, #ARGV, 1000 do
  if type(answer) == 'number' then
    answer = redis.pcall('RPUSH', list, unpack(ARGV, from, math.min(from + 999, #ARGV)))
    length = answer
  end
end
-- A queue that held something is listed already.
local count = #ARGV - 4
if length == count and not regular then
  answer = redis.pcall('SADD', queues, queue)
  isNew = answer == 1
  if type(answer) ~= 'number' then redis.pcall('RPOP', list, count) end
end
if type(answer) ~= 'number' then
  redis.call('SETBIT', producer, call, 0)
  return answer
end
if isNew and redis.pcall('LLEN', newQueue) == 0 then redis.pcall('RPUSH', newQueue, 1) end
if redis.pcall('LLEN', wake) == 0 then redis.pcall('RPUSH', wake, 1) end
return length
