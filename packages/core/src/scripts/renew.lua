local leases, lease, looked, queues = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, leaseMs, now = ARGV[1], ARGV[2], ARGV[3]
-- Renews a lease, and looks whether another one has run out and how many queues there are; after a standstill every other lease gets more time first, as in register.
-- replies: {'renewed', now, expired lease id or '', ms until the next other lease runs out or -1, number of queues, what an operator wants of the process: '', 'quiet' or 'stop'} | {'lost'} when it was reaped
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function look() return redis.pcall('SET', looked, string.format('%d', now), 'GET') end
local last = look()
if type(last) == 'table' then
  -- A full Redis must not end leases: after one write that frees, a script may write the rest.
  redis.call('HDEL', lease, '')
  last = look()
  if type(last) == 'table' then return last end
end
last = last and tonumber(last)
if last and now - last > leaseMs / 2 then
  for _, other in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
    redis.call('ZADD', leases, 'GT', now + math.min(leaseMs, math.max(leaseMs / 2, 5000)), other)
  end
end

-- Nothing changes where it has as much time already, too.
if id ~= '' and redis.call('ZADD', leases, 'XX', 'GT', 'CH', now + leaseMs, id) == 0
  and not redis.call('ZSCORE', leases, id) then return { 'lost' } end
local expired, untilNext = '', -1
local first = redis.call('ZRANGE', leases, 0, 1, 'WITHSCORES')
for index = 1, #first, 2 do
  if first[index] ~= id then
    untilNext = math.max(0, tonumber(first[index + 1]) - now)
    if untilNext == 0 then expired = first[index] end
    break
  end
end
local count = redis.pcall('SCARD', queues)
local order = id ~= '' and redis.call('HGET', lease, 'control') or ''
return { 'renewed', string.format('%d', now), expired, untilNext, type(count) == 'number' and count or 0, order }
