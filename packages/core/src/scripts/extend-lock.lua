local lock, owner, leaseLocks = KEYS[1], KEYS[2], KEYS[3]
local holder, ttlMs = ARGV[1], tonumber(ARGV[2])
-- Gives a lock its full time again, if this holder has it still. Its value stays, so that the holder can name it.
-- replies: {'extended'} | {'lost'}
local value = redis.call('GET', lock)
if not value or redis.call('GET', owner) ~= value .. ' ' .. holder then return { 'lost' } end
redis.call('PEXPIRE', lock, ttlMs)
redis.call('PEXPIRE', owner, ttlMs)
if redis.call('PTTL', leaseLocks) < ttlMs then redis.call('PEXPIRE', leaseLocks, ttlMs) end
return { 'extended' }
