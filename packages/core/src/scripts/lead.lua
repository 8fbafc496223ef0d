local leaderLock, rubyMasterLock, v4MasterLock, leader = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local name, seconds, aliveMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
-- Takes or renews the scheduler locks of all dialects for the holder of the leader lock; where one of them is another's, ours are given back. The locks of one of ours that died are taken over.
-- replies: {'leading'} | {'held', owner, or '' when the leader lock had lapsed}
local locks = { leaderLock, rubyMasterLock, v4MasterLock }
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Neighbours give no sign of life between the renewals of their locks; those who lead as we do say until when they are alive.
local holder, sign = redis.call('GET', leaderLock), redis.pcall('GET', leader)
local aliveUntil, whose = string.match(type(sign) == 'string' and sign or '', '^(%d+) (.*)$')
if holder and holder ~= name and whose == holder and tonumber(aliveUntil) < now then
  for _, key in ipairs(locks) do
    if redis.call('GET', key) == holder then redis.call('DEL', key) end
  end
  redis.call('SET', leaderLock, name, 'EX', seconds)
end

local ours, owner = {}, nil
for _, key in ipairs(locks) do
  local by = redis.call('GET', key)
  if by == name then
    ours[#ours + 1] = key
  elseif by or key == leaderLock then
    owner = owner or by or ''
  end
end
if owner then
  if #ours > 0 then redis.call('DEL', unpack(ours)) end
  return { 'held', owner }
end
-- Renewing comes first: a full Redis lets a script go on that has begun with what takes no memory.
for _, key in ipairs(ours) do redis.call('EXPIRE', key, seconds) end
for _, key in ipairs({ rubyMasterLock, v4MasterLock }) do redis.call('SET', key, name, 'EX', seconds) end
redis.call('SET', leader, string.format('%d %s', now + aliveMs, name), 'EX', seconds)
return { 'leading' }
