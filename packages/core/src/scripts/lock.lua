local lock, owner, leaseLocks, leases = KEYS[1], KEYS[2], KEYS[3], KEYS[4] -- then per further lock: lock, owner...
local name, lease, holder, ttlMs, lapses, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6] -- then per further lock: name, holder, ttlMs, lapses...
-- Takes a lock for a holder, and further ones, under a lease or under none (''); with lapses '1' also one whose value, an epoch second, is past.
-- replies: {'taken', value} | {'held', value} | {'fenced'} the lease was reaped; with further locks their words and values follow, and a lock may be 'refused', reason
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local seconds = math.floor(now / 1000)
if lease ~= '' then
  if not redis.call('ZSCORE', leases, lease) then return { 'fenced' } end
  -- A full Redis must still be drained: after one write that frees, a script may write the rest.
  redis.call('SREM', leaseLocks, '')
end

local function take(lock, owner, holder, ttlMs, lapses)
  local value = string.format('%d', seconds + math.ceil(ttlMs / 1000) + 1)
  local set = redis.pcall('SET', lock, value, 'PX', ttlMs, 'NX')
  if not set then
    local present = redis.pcall('GET', lock)
    if type(present) == 'table' then return 'refused', present.err end
    -- A call whose reply was lost, and which was sent again.
    if redis.pcall('GET', owner) == present .. ' ' .. holder then return 'taken', present end
    if lapses ~= '1' or seconds <= (tonumber(present) or 0) then return 'held', present end
    set = redis.pcall('SET', lock, value, 'PX', ttlMs)
  end
  if set.err then return 'refused', set.err end
  local owned = redis.pcall('SET', owner, value .. ' ' .. holder, 'PX', ttlMs)
  if owned.err then
    redis.call('DEL', lock)
    return 'refused', owned.err
  end
  return 'taken', value
end

local reply, taken, longest = {}, {}, 0
local key, arg = 4, 6
while lock do
  local status, value = take(lock, owner, holder, ttlMs, lapses)
  reply[#reply + 1], reply[#reply + 2] = status, value
  if status == 'taken' then
    taken[#taken + 1] = name
    longest = math.max(longest, tonumber(ttlMs))
  end
  lock, owner = KEYS[key + 1], KEYS[key + 2]
  name, holder, ttlMs, lapses = ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3], ARGV[arg + 4]
  key, arg = key + 2, arg + 4
end
if lease ~= '' and #taken > 0 then
  redis.call('SADD', leaseLocks, unpack(taken))
  if redis.call('PTTL', leaseLocks) < longest then redis.call('PEXPIRE', leaseLocks, longest) end
end
if #reply == 2 and reply[1] == 'refused' then return redis.error_reply(reply[2]) end
return reply
