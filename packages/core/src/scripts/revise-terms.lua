local lease = KEYS[1]
local terms = ARGV[1]
-- Rewrites the terms of a lease that is still there.
-- replies: {'revised'} | {'lost'} when it was reaped
if redis.call('HEXISTS', lease, 'terms') == 0 then return { 'lost' } end
redis.call('HSET', lease, 'terms', terms)
return { 'revised' }
