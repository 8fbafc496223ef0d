local schedule, due = KEYS[1], KEYS[2]
local skip, limit, now = ARGV[1], ARGV[2], ARGV[3]
-- Lists the delayed seconds that have begun, those that hold a job whose exact time has come, and when the next of either comes.
-- replies: {'seconds', now, ms of the next or '', how many have begun, begun seconds..., seconds with a job whose time has come...}
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = tonumber(now)
local second = math.floor(now / 1000)
local begun = redis.call('ZRANGEBYSCORE', schedule, '-inf', second, 'LIMIT', skip, limit)

local nextMs = ''
local nextSecond = redis.call('ZRANGEBYSCORE', schedule, '(' .. second, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
if nextSecond then nextMs = nextSecond * 1000 end
local nextDue = tonumber(redis.call('ZRANGEBYSCORE', due, string.format('(%.0f', now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2])
if nextDue and (nextMs == '' or nextDue < nextMs) then nextMs = nextDue end

local reply = { 'seconds', string.format('%.0f', now), nextMs == '' and '' or string.format('%.0f', nextMs), #begun }
for _, member in ipairs(begun) do reply[#reply + 1] = member end
local seen = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, limit)) do
  local of = string.match(member, '^[^:]*')
  if not seen[of] then
    seen[of] = true
    reply[#reply + 1] = of
  end
end
return reply
