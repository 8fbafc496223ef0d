local persistent, changed, fired, since, dueWake = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local name, seen, config, timing, restart, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
-- Stores a schedule, unless it is another one than the caller saw, and notes since when its times count: from now on where they are new, or begin anew.
-- replies: {'set', since in ms} | {'same', since in ms}: it was so already | {'changed'}
if now == '' then
  local time = redis.call('TIME')
  now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
local was = redis.call('HGET', persistent, name) or ''
if was ~= seen and was ~= config then return { 'changed' } end
redis.call('SCARD', changed)
local upTo = redis.call('HGET', fired, name)
local at, of = string.match(redis.call('HGET', since, name) or '', '^(%d+) (.*)$')
if of ~= timing then
  at = now
  redis.call('HSET', since, name, now .. ' ' .. timing)
  redis.call('HSET', fired, name, now)
elseif not tonumber(upTo) or (restart == '1' and was ~= config) then
  redis.call('HSET', fired, name, now)
end
if was == config then return { 'same', at } end
redis.call('HSET', persistent, name, config)
redis.call('SADD', changed, name)
if redis.pcall('LLEN', dueWake) == 0 then redis.pcall('RPUSH', dueWake, 1) end
return { 'set', at }
