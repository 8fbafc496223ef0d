local queues, list, wake, newQueue, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local queue, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4] -- then payloads...
-- Appends payloads to one queue and wakes an idle process, once for each call number of a producer.
-- replies: {'known', length} when this call was applied before | the length, as a number, when it was applied now
if redis.call('SETBIT', producer, call, 1) == 1 then
  return { 'known', redis.pcall('LLEN', list) }
end
-- Whatever Redis may refuse (a type, a right) is found before the job is stored, or takes it out again.
local regular, count = fresh == '1' or call % 64 == 0, #ARGV - 4
local answer = regular and redis.pcall('PEXPIRE', producer, keepMs) or 0
local length = 0
for first = 5, #ARGV, 1000 do
  if type(answer) == 'number' then
    answer = redis.pcall('RPUSH', list, unpack(ARGV, first, math.min(first + 999, #ARGV)))
    length = answer
  end
end
-- A queue that held something is listed already; a neighbour may have taken it off the list, so it is listed anew at times.
local isNew = false
if type(answer) == 'number' and (length == count or regular) then
  answer = redis.pcall('SADD', queues, queue)
  isNew = answer == 1
  if type(answer) ~= 'number' then redis.call('RPOP', list, count) end
end
if type(answer) ~= 'number' then
  redis.call('SETBIT', producer, call, 0)
  return answer
end
if isNew and redis.pcall('LLEN', newQueue) == 0 then redis.pcall('RPUSH', newQueue, 1) end
if redis.pcall('LLEN', wake) == 0 then redis.pcall('RPUSH', wake, 1) end
return length
