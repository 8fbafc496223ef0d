local schedule, due, bucket, queues, newQueue, failed, failures = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7] -- then per job: timestamps, and list and wake of its queue (or bucket and timestamps of the later second)
local second, count = ARGV[1], tonumber(ARGV[2]) -- then per job: 'queue' | 'fail' | 'later', payload, queue | failure text | later second, '' | '' | later ms
-- Moves delayed payloads of one second to their queues; only what is still in the bucket moves.
-- A count or a marker that a stranger made something else must not double the job, so such errors are passed over.
-- replies: {'promoted', jobs left in the bucket, then per job 'moved' | 'gone' | 'broken'}
redis.call('SREM', queues, '')
local member = 'delayed:' .. second
local reply = { 'promoted', 0 }

local function store(action, payload, operand, ms, list, wake)
  if action == 'fail' then
    local pushed = redis.pcall('RPUSH', failed, operand)
    if type(pushed) == 'table' then return false end
    redis.pcall('INCR', failures)
    return true
  end
  local pushed = redis.pcall('RPUSH', list, payload)
  if type(pushed) == 'table' then return false end
  if action == 'later' then
    redis.pcall('SADD', wake, 'delayed:' .. operand)
    redis.call('ZADD', schedule, operand, operand)
    redis.call('ZADD', due, ms, operand .. ':' .. payload)
  else
    if redis.call('SADD', queues, operand) == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
    if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
  end
  return true
end

for index = 1, count do
  local arg, key = 2 + (index - 1) * 4, 7 + (index - 1) * 3
  local action, payload, operand, ms = ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3], ARGV[arg + 4]
  local atHead = redis.call('LINDEX', bucket, 0) == payload
  local status = 'gone'
  if atHead or redis.call('LPOS', bucket, payload) then
    status = store(action, payload, operand, ms, KEYS[key + 2], KEYS[key + 3]) and 'moved' or 'broken'
    if status == 'moved' then
      if atHead then redis.call('LPOP', bucket) else redis.call('LREM', bucket, 1, payload) end
    end
  end
  if status ~= 'broken' then
    redis.pcall('SREM', KEYS[key + 1], member)
    redis.call('ZREM', due, second .. ':' .. payload)
  end
  reply[index + 2] = status
end
reply[2] = redis.call('LLEN', bucket)
if reply[2] == 0 then redis.call('ZREM', schedule, second) end
return reply
