local paused, pauseAll, wake = KEYS[1], KEYS[2], KEYS[3] -- then wake lists of the queues...
local scope = ARGV[1] -- 'all', or 'queues' and then their names...
-- Ends a pause, of everything or of some queues, and wakes whoever could work now.
-- replies: {'resumed', 1 when it was paused}
local changed = 0
if scope == 'all' then
  changed = redis.call('DEL', pauseAll)
elseif #ARGV > 1 then
  changed = redis.call('SREM', paused, unpack(ARGV, 2))
end
for key = scope == 'all' and 3 or 4, #KEYS do
  if redis.pcall('LLEN', KEYS[key]) == 0 then redis.call('RPUSH', KEYS[key], 1) end
end
return { 'resumed', changed > 0 and 1 or 0 }
