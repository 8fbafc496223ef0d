local lock, owner, leaseLocks, leases = KEYS[1], KEYS[2], KEYS[3], KEYS[4] -- then per further lock: lock, owner...
local name, lease, holder, ttlMs, lapses, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6] -- then, where there are further locks, their holders, each on a line of its own
-- Takes a lock for a holder, and further ones on the same terms, under a lease or under none (''); with lapses '1' also one whose value, an epoch second, is past.
-- replies: {'taken', value} | {'held', value} | {'fenced'} the lease was reaped; with further locks {'several', value, then of each that was not taken with this value: place, 'taken' | 'held' | 'refused', value or reason}
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

local value, send = string.format('%d', seconds + math.ceil(ttlMs / 1000) + 1), redis.pcall
local function take(lock, owner, holder)
  local set = send('SET', lock, value, 'PX', ttlMs, 'NX')
  if not set then
    local present = send('GET', lock)
    if type(present) == 'table' then return 'refused', present.err end
    -- A call whose reply was lost, and which was sent again.
    if send('GET', owner) == present .. ' ' .. holder then return 'taken', present end
    if lapses ~= '1' or seconds <= (tonumber(present) or 0) then return 'held', present end
    set = send('SET', lock, value, 'PX', ttlMs)
  end
  if set.err then return 'refused', set.err end
  local owned = send('SET', owner, value .. ' ' .. holder, 'PX', ttlMs)
  if owned.err then
    redis.call('DEL', lock)
    return 'refused', owned.err
  end
  return 'taken', value
end

local others, taken = {}, {}
-- The set has the names without what a client puts in front of every key.
local key, nameAt, nextLine = 4, #lock - #name + 1, string.gmatch(ARGV[7] or '', '[^\n]+')
while lock do
  local word, its = take(lock, owner, holder)
  if word == 'taken' then taken[#taken + 1] = string.sub(lock, nameAt) end
  if word ~= 'taken' or its ~= value then
    others[#others + 1], others[#others + 2], others[#others + 3] = key / 2 - 1, word, its
  end
  lock, owner, holder = KEYS[key + 1], KEYS[key + 2], nextLine()
  key = key + 2
end
if lease ~= '' and #taken > 0 then
  redis.call('SADD', leaseLocks, unpack(taken))
  if redis.call('PTTL', leaseLocks) < tonumber(ttlMs) then redis.call('PEXPIRE', leaseLocks, ttlMs) end
end
if #KEYS > 4 then return { 'several', value, unpack(others) } end
if others[2] == 'refused' then return redis.error_reply(others[3]) end
return { others[2] or 'taken', others[3] or value }
