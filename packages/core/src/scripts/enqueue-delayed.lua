local bucket, timestamps, schedule, due, dueWake, producer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6] -- then timestamps of other encodings...
local payload, second, dueMs, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
-- Delays a payload until a millisecond, unless the same job is delayed for the same second already.
-- replies: {'delayed'} | {'duplicate'} | {'known'} when this call was applied before
local member = 'delayed:' .. second
if redis.call('SETBIT', producer, call, 1) == 1 then return { 'known' } end

-- The job itself comes last: what Redis may refuse (a type, a right) has been tried by then, and an index entry too many
-- is cleared away by the next scheduler.
local function delay()
  if fresh == '1' or call % 64 == 0 then
    local kept = redis.pcall('PEXPIRE', producer, keepMs)
    if type(kept) == 'table' then return kept end
  end
  for key = 2, #KEYS do
    if key == 2 or key > 6 then
      local found = redis.pcall('SISMEMBER', KEYS[key], member)
      if type(found) == 'table' then return found end
      if found == 1 then return { 'duplicate' } end
    end
  end
  local earliest = redis.pcall('ZRANGE', due, 0, 0, 'WITHSCORES')
  if earliest.err then return earliest end
  local kind = redis.pcall('LLEN', bucket)
  if type(kind) == 'table' then return kind end
  local index = {
    { 'ZADD', schedule, second, second },
    { 'ZADD', due, dueMs, second .. ':' .. payload },
    { 'SADD', timestamps, member },
    { 'RPUSH', bucket, payload },
  }
  for _, command in ipairs(index) do
    local written = redis.pcall(unpack(command))
    if type(written) == 'table' then return written end
  end
  if (not earliest[2] or tonumber(dueMs) < tonumber(earliest[2])) and redis.pcall('LLEN', dueWake) == 0 then
    redis.pcall('RPUSH', dueWake, 1)
  end
  return { 'delayed' }
end

local reply = delay()
if reply[1] ~= 'delayed' then redis.call('SETBIT', producer, call, 0) end
return reply
