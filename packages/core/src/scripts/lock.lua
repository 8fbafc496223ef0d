local lock, owner, leaseLocks, leases = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local name, lease, holder, ttlMs, lapses, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
-- Takes a lock for a holder, under a lease or under none (''); with lapses '1' also one whose value, an epoch second, is past.
-- replies: {'taken', value} | {'held', value} | {'fenced'} the lease was reaped
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
if lease ~= '' and not redis.call('ZSCORE', leases, lease) then return { 'fenced' } end
local seconds = math.floor(now / 1000)
local present = redis.call('GET', lock)
if present then
  -- A call whose reply was lost, and which was sent again.
  if redis.call('GET', owner) == present .. ' ' .. holder then return { 'taken', present } end
  if lapses ~= '1' or seconds <= (tonumber(present) or 0) then return { 'held', present } end
end

-- A full Redis must still be drained: after one write that frees, a script may write the rest.
if lease ~= '' then redis.call('SREM', leaseLocks, '') end
local value = string.format('%d', seconds + math.ceil(ttlMs / 1000) + 1)
redis.call('SET', lock, value, 'PX', ttlMs)
redis.call('SET', owner, value .. ' ' .. holder, 'PX', ttlMs)
if lease ~= '' then
  redis.call('SADD', leaseLocks, name)
  if redis.call('PTTL', leaseLocks) < ttlMs then redis.call('PEXPIRE', leaseLocks, ttlMs) end
end
return { 'taken', value }
