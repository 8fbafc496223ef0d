local bucket, timestamps, schedule, due, dueWake, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6] -- then timestamps of other encodings...
local payload, second, dueMs, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
-- Delays a payload until a millisecond, unless the same job is delayed for the same second already.
-- replies: {'delayed'} | {'duplicate'} | {'known'} when this call was applied before
local member = 'delayed:' .. second
if redis.call('SETBIT', producer, call, 1) == 1 then return { 'known' } end

local function delay()
  for key = 2, #KEYS do
    if key == 2 or key > 6 then
      local found = redis.pcall('SISMEMBER', KEYS[key], member)
      if type(found) == 'table' then return found end
      if found == 1 then return { 'duplicate' } end
    end
  end
  local listed = redis.pcall('ZCARD', schedule)
  if type(listed) == 'table' then return listed end
  local earliest = redis.pcall('ZRANGE', due, 0, 0, 'WITHSCORES')
  if earliest.err then return earliest end
  local pushed = redis.pcall('RPUSH', bucket, payload)
  if type(pushed) == 'table' then return pushed end
  redis.call('SADD', timestamps, member)
  redis.call('ZADD', schedule, second, second)
  redis.call('ZADD', due, dueMs, second .. ':' .. payload)
  if (not earliest[2] or tonumber(dueMs) < tonumber(earliest[2])) and redis.pcall('LLEN', dueWake) == 0 then
    redis.call('RPUSH', dueWake, 1)
  end
  return { 'delayed' }
end

local reply = delay()
if reply[1] ~= 'delayed' then redis.call('SETBIT', producer, call, 0) end
if fresh == '1' or call % 64 == 0 then redis.call('PEXPIRE', producer, keepMs) end
return reply
