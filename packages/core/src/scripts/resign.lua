local leaderLock, rubyMasterLock, v4MasterLock, leader = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local name = ARGV[1]
-- Gives back those of the scheduler locks that are ours, and our sign of life.
-- replies: {'resigned', locks given back}
local count = 0
for _, key in ipairs({ leaderLock, rubyMasterLock, v4MasterLock }) do
  if redis.call('GET', key) == name then count = count + redis.call('DEL', key) end
end
local sign = redis.pcall('GET', leader)
if type(sign) == 'string' and string.match(sign, '^%d+ (.*)$') == name then redis.call('DEL', leader) end
return { 'resigned', count }
