local persistent, changed, fired, since, last, dueWake = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local name, seen = ARGV[1], ARGV[2]
-- Removes a schedule with all that is known of its ticks; where `seen` is given, only if its text is that.
-- replies: {'removed', count} | {'changed'}
local was = redis.call('HGET', persistent, name)
if was and seen ~= '' and was ~= seen then return { 'changed' } end
redis.call('SCARD', changed)
for _, key in ipairs({ fired, since, last }) do redis.call('HDEL', key, name) end
local count = redis.call('HDEL', persistent, name)
if count == 1 then
  redis.call('SADD', changed, name)
  if redis.pcall('LLEN', dueWake) == 0 then redis.pcall('RPUSH', dueWake, 1) end
end
return { 'removed', count }
