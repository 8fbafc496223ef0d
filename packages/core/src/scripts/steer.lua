local leases, lease = KEYS[1], KEYS[2]
local id, order, now = ARGV[1], ARGV[2], ARGV[3]
-- Tells the process of a lease what an operator wants of it, with its next renewal; an order to stop is not taken back.
-- replies: {'told', the order that stood before or ''} | {'stopping'} it was told to stop before | {'gone'} the lease has run out
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local expiry = redis.call('ZSCORE', leases, id)
if not expiry or tonumber(expiry) < tonumber(now) then return { 'gone' } end
local before = redis.call('HGET', lease, 'control') or ''
if before == 'stop' and order ~= 'stop' then return { 'stopping' } end
if order == '' then
  redis.call('HDEL', lease, 'control')
else
  redis.call('HSET', lease, 'control', order)
end
return { 'told', before }
