local leaderLock, rubyMasterLock, v4MasterLock = KEYS[1], KEYS[2], KEYS[3]
local name = ARGV[1]
-- Gives back those of the scheduler locks that are ours.
-- replies: {'resigned', locks given back}
local count = 0
for _, key in ipairs({ leaderLock, rubyMasterLock, v4MasterLock }) do
  if redis.call('GET', key) == name then count = count + redis.call('DEL', key) end
end
return { 'resigned', count }
