local lock, leaseLocks = KEYS[1], KEYS[2]
local value, ttlMs = ARGV[1], tonumber(ARGV[2])
-- Gives a lock its full time again, if it holds this value still. That stays, so that its holder can name it.
-- replies: {'extended'} | {'lost'}
if redis.call('GET', lock) ~= value then return { 'lost' } end
redis.call('PEXPIRE', lock, ttlMs)
if redis.call('PTTL', leaseLocks) < ttlMs then redis.call('PEXPIRE', leaseLocks, ttlMs) end
return { 'extended' }
