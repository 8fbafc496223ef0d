local leases, lease, looked = KEYS[1], KEYS[2], KEYS[3]
local id, leaseMs, now = ARGV[1], ARGV[2], ARGV[3]
-- Renews a lease and looks whether another one has run out; after a standstill every other lease gets more time first, as in register.
-- replies: {'renewed', now, expired lease id or '', ms until the next other lease runs out or -1} | {'lost'} when it was reaped
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
-- A full Redis must not end leases: after one write that frees, a script may write the rest.
redis.call('HDEL', lease, '')
local last = tonumber(redis.call('GET', looked))
if last and now - last > leaseMs / 2 then
  for _, other in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
    redis.call('ZADD', leases, 'GT', now + math.min(leaseMs, math.max(leaseMs / 2, 5000)), other)
  end
end
redis.call('SET', looked, string.format('%d', now))

if id ~= '' then
  if not redis.call('ZSCORE', leases, id) then return { 'lost' } end
  redis.call('ZADD', leases, 'GT', now + leaseMs, id)
end
local expired, untilNext = '', -1
local first = redis.call('ZRANGE', leases, 0, 1, 'WITHSCORES')
for index = 1, #first, 2 do
  if first[index] ~= id then
    untilNext = math.max(0, tonumber(first[index + 1]) - now)
    if untilNext == 0 then expired = first[index] end
    break
  end
end
return { 'renewed', string.format('%d', now), expired, untilNext }
