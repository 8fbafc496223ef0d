local persistent, fired, last, lastEnqueued, queues, list, wake, newQueue, bucket, timestamps, schedule, due, dueWake, workers, leases = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13], KEYS[14], KEYS[15] -- then, of the job of an earlier tick: its list, its timestamps, the records of all workers, what all leases claimed ahead...
local name, config, after, tick, action, queue, payload, second, dueMs, ranAt, overlap, seen, mark, workerCount, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12], ARGV[13], tonumber(ARGV[14]), ARGV[15] -- then the ids of all workers, of all leases...
-- Decides one tick of a schedule, once for all schedulers, and stores its job in the same step: what is decided up to a tick is compared and set here.
-- replies: {'fired'} | {'consumed'} | {'skipped'}: the job of an earlier tick is there still | {'decided', up to which tick} | {'early', ms until then} | {'changed'}: look again | {'broken', why}: the queue is no list, and nothing is decided
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
if redis.call('HGET', persistent, name) ~= config then return { 'changed' } end
local upTo = redis.call('HGET', fired, name) or ''
if upTo ~= after or tonumber(tick) <= (tonumber(after) or 0) then return { 'decided', upTo } end
if tonumber(tick) > tonumber(now) then return { 'early', tonumber(tick) - tonumber(now) } end

-- 'changed' when the workers or the leases are others than the caller told of.
local function underway()
  if redis.call('SCARD', workers) ~= workerCount then return 'changed' end
  if redis.call('ZCARD', leases) ~= #ARGV - 15 - workerCount then return 'changed' end
  for at = 16, #ARGV do
    local isWorker = at - 15 <= workerCount
    local found = isWorker and redis.call('SISMEMBER', workers, ARGV[at]) or redis.call('ZSCORE', leases, ARGV[at])
    if not found or found == 0 then return 'changed' end
  end
  if type(redis.pcall('LPOS', KEYS[16], seen)) == 'number' then return 'skipped' end
  for _, member in ipairs(redis.pcall('SMEMBERS', KEYS[17])) do
    if redis.call('ZSCORE', due, string.sub(member, #'delayed:' + 1) .. ':' .. seen) then return 'skipped' end
  end
  for at = 18, #KEYS do
    local isRecord = at - 17 <= workerCount
    local held = isRecord and { redis.pcall('GET', KEYS[at]) } or redis.pcall('HVALS', KEYS[at])
    for _, text in ipairs(held) do
      -- A long payload that was claimed ahead is in a list of its own.
      local isApart = not isRecord and type(text) == 'string' and not string.find(text, ',"payload":', 1, true)
      local apart = isApart and string.match(text, '"claim":(%d+)}$')
      if apart then text = redis.pcall('LINDEX', KEYS[at] .. ':' .. apart, 0) end
      if type(text) == 'string' and string.find(text, mark, 1, true) then return 'skipped' end
    end
  end
  return 'gone'
end

if overlap == 'skip' then
  if (redis.call('HGET', last, name) or '') ~= seen then return { 'changed' } end
  local found = seen ~= '' and underway() or 'gone'
  if found == 'skipped' then redis.call('HSET', fired, name, tick) end
  if found ~= 'gone' then return { found } end
end
if action == 'consume' then
  redis.call('HSET', fired, name, tick)
  return { 'consumed' }
end

local commands = {
  { 'HSET', fired, name, tick },
  { 'SADD', queues, queue },
  { 'RPUSH', list, payload },
}
local target = redis.pcall('LLEN', action == 'delay' and bucket or list)
if type(target) == 'table' then return { 'broken', target.err } end
local earliest
if action == 'delay' then
  earliest = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]
  commands = {
    commands[1],
    { 'ZADD', schedule, second, second },
    { 'ZADD', due, dueMs, second .. ':' .. payload },
    { 'SADD', timestamps, 'delayed:' .. second },
    { 'RPUSH', bucket, payload },
  }
end
-- The job comes last: what Redis may refuse has been tried by then, and the tick is given back.
local answers = {}
for at, command in ipairs(commands) do
  answers[at] = redis.pcall(unpack(command))
  if type(answers[at]) == 'table' then
    if at > 1 and after ~= '' then redis.call('HSET', fired, name, after) end
    if at > 1 and after == '' then redis.call('HDEL', fired, name) end
    return answers[at]
  end
end
if overlap == 'skip' then redis.pcall('HSET', last, name, payload) end
redis.pcall('HSET', lastEnqueued, name, ranAt)
local function push(token)
  if redis.pcall('LLEN', token) == 0 then redis.pcall('RPUSH', token, 1) end
end
if action ~= 'delay' then
  if answers[2] == 1 then push(newQueue) end
  push(wake)
elseif not earliest or tonumber(dueMs) < tonumber(earliest) then
  push(dueWake)
end
return { 'fired' }
