local lock, leaseLocks, leases = KEYS[1], KEYS[2], KEYS[3] -- then per further lock: lock...
local name, lease, holders, first, ttlMs, lapses, over, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[7], ARGV[8]
-- Takes locks for the holders `first`, `first + 1` and so on, on the same terms, under a lease or under none (''); with lapses '1' also one whose value, an epoch second, is past, and one of the value `over`.
-- replies: {'taken', value} | {'held', value} | {'fenced'} the lease was reaped; with further locks {'several', second, then of each that was not taken now: place, 'taken' | 'held' | 'refused', value or reason}
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local seconds = math.floor(now / 1000)
if lease ~= '' then
  if not redis.call('ZSCORE', leases, lease) then return { 'fenced' } end
  -- A full Redis must still be drained: after one write that frees, a script may write the rest.
  redis.call('HDEL', leaseLocks, '')
end

local second, send = string.format('%d', seconds + math.ceil(ttlMs / 1000) + 1), redis.pcall
local mark = second .. '.' .. holders
-- Somebody has it, or it cannot be set.
local function look(lock, number, value)
  local present, holder = send('GET', lock), '.' .. holders .. number
  if type(present) == 'table' then return 'refused', present.err end
  -- A call whose reply was lost, and which was sent again.
  if present and string.sub(present, -#holder) == holder then return 'taken', present end
  local isPast = present and seconds > (tonumber(present) or 0)
  -- Else only one of ours without an expiry: it came with a claim whose lease is gone, and was not given back.
  isPast = isPast and (lapses == '1' or (string.find(present, '.', 1, true) and send('PTTL', lock) == -1))
  if present and not isPast and present ~= over then return 'held', present end
  local set = send('SET', lock, value, 'PX', ttlMs)
  if set.err then return 'refused', set.err end
  return 'taken', value
end

local others, taken, value = {}, {}, nil
-- The hash has the names without what a client puts in front of every key.
local nameAt, key = #lock - #name + 1, 3
while lock do
  local number = string.format('%d', first + key - 3)
  value = mark .. number
  local set, word = send('SET', lock, value, 'PX', ttlMs, 'NX'), 'taken'
  if not set or set.err then
    local its
    word, its = look(lock, number, value)
    others[#others + 1], others[#others + 2], others[#others + 3] = key - 2, word, its
  end
  if word == 'taken' then
    taken[#taken + 1] = number
    taken[#taken + 1] = nameAt > 1 and string.sub(lock, nameAt) or lock
  end
  key = key + 1
  lock = KEYS[key]
end
if lease ~= '' and #taken > 0 then
  redis.call('HSET', leaseLocks, unpack(taken))
  if redis.call('PTTL', leaseLocks) < tonumber(ttlMs) then redis.call('PEXPIRE', leaseLocks, ttlMs) end
end
if #KEYS > 3 then return { 'several', second, unpack(others) } end
if others[2] == 'refused' then return redis.error_reply(others[3]) end
return { others[2] or 'taken', others[3] or value }
