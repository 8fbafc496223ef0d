local leaderLock, rubyMasterLock, v4MasterLock = KEYS[1], KEYS[2], KEYS[3]
local name, seconds = ARGV[1], ARGV[2]
-- Takes or renews the scheduler locks of all dialects for the holder of the leader lock; where one of them is another's, ours are given back.
-- replies: {'leading'} | {'held', owner, or '' when the leader lock had lapsed}
local ours, owner = {}, nil
for _, key in ipairs({ leaderLock, rubyMasterLock, v4MasterLock }) do
  local holder = redis.call('GET', key)
  if holder == name then
    ours[#ours + 1] = key
  elseif holder or key == leaderLock then
    owner = owner or holder or ''
  end
end
if owner then
  if #ours > 0 then redis.call('DEL', unpack(ours)) end
  return { 'held', owner }
end
-- Renewing comes first: a full Redis lets a script go on that has begun with what takes no memory.
for _, key in ipairs(ours) do redis.call('EXPIRE', key, seconds) end
for _, key in ipairs({ rubyMasterLock, v4MasterLock }) do redis.call('SET', key, name, 'EX', seconds) end
return { 'leading' }
