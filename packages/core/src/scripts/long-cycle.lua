local leases, ahead, processed, pauseAll, paused, recovered = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6] -- then per queue: list; then per queue whose token is owed: wake; then per worker with claims that are done: processedBy
local id, queueCount, first, wanted, doneCount, owed = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] -- owed: the places of the queues whose wake token is owed; then per queue: the record up to the claim's number; then, where claims are done: how many of each worker, in one text, in how many runs, the first and last number of each
-- Claims ahead, and ends as done, jobs whose payloads Lua never sees: each goes from its queue into a list of its own, the key of what is claimed ahead with its number behind it, and the caller reads it there.
-- replies: {'cycled', the places of queues that no list is at, 'open' | 'closed' when something is out of the ordinary | 'refused' where payloads cannot be moved like this, then per queue: how many} | {'known', records} of an earlier arrival | {'lost'} when the lease was reaped
if not redis.call('ZSCORE', leases, id) then return { 'lost' } end
-- A full Redis must still be drained: after one write that frees, a script may write the rest.
redis.call('HDEL', ahead, '')

local ended, lists, doers, arg = {}, {}, nil, 6 + queueCount
if doneCount > 0 then
  doers, arg = string.gmatch(ARGV[arg + 1], '%d+'), arg + 2
  for _ = 1, tonumber(ARGV[arg]) do
    for claim = tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2]) do
      local text = string.format('%d', claim)
      ended[#ended + 1], lists[#lists + 1] = text, ahead .. ':' .. text
    end
    arg = arg + 2
  end
end
-- Those that are still there; a second arrival finds none.
local open = 0
for from = 1, #ended, 1000 do
  local to = math.min(from + 999, #ended)
  open = open + redis.call('HDEL', ahead, unpack(ended, from, to))
  redis.call('DEL', unpack(lists, from, to))
end
-- A counter of another type stops nobody.
if open > 0 then redis.pcall('INCRBY', processed, open) end
for at = #KEYS - doneCount + 1, #KEYS do
  local counted = math.min(tonumber(doers()), open)
  open = open - counted
  if counted > 0 then redis.pcall('INCRBY', KEYS[at], counted) end
end

local reply, number = { 'cycled', '', 'open' }, first
for queue = 1, queueCount do reply[3 + queue] = 0 end
if wanted > 0 and tonumber(redis.call('HGET', ahead, 'last') or -1) >= first then
  reply, number = { 'known' }, first + wanted
  local fields = {}
  for claim = first, first + wanted - 1 do fields[#fields + 1] = claim end
  for _, text in ipairs(redis.call('HMGET', ahead, unpack(fields))) do
    if text then reply[#reply + 1] = text end
  end
elseif wanted > 0 then
  redis.call('HSET', ahead, 'last', first + wanted - 1)
  -- Before Redis 7, which tells its version here, SORT loads the whole list. And what is claimed must be readable.
  if not redis.REDIS_VERSION_NUM or type(redis.pcall('LINDEX', ahead .. ':0', 0)) == 'table' then
    reply[3] = 'refused'
  elseif redis.call('EXISTS', pauseAll, paused, recovered) > 0 then
    reply[3] = 'closed'
  end
end

-- The first payload of a list; false where it is there still.
local function move(list, target)
  if redis.pcall('SORT', list, 'BY', 'nosort', 'LIMIT', 0, 1, 'STORE', target) ~= 1 then return false end
  if not redis.pcall('LTRIM', list, 1, -1).err then return true end
  redis.pcall('DEL', target)
  return false
end

local claims = {}
for queue = 1, reply[3] == 'open' and queueCount or 0 do
  local room = first + wanted - number
  if room == 0 or reply[3] ~= 'open' then break end
  local list, head = KEYS[6 + queue], ARGV[6 + queue]
  local waiting = redis.pcall('LLEN', list)
  if type(waiting) == 'table' then
    reply[2], waiting = reply[2] .. ' ' .. queue, 0
  end
  for _ = 1, math.min(waiting, room) do
    local text = string.format('%d', number)
    if not move(list, ahead .. ':' .. text) then
      reply[3] = 'refused'
      break
    end
    claims[#claims + 1], claims[#claims + 2] = text, head .. text .. '}'
    number, reply[3 + queue] = number + 1, reply[3 + queue] + 1
  end
end
if #claims > 0 then redis.call('HSET', ahead, unpack(claims)) end

local wakeAt = 6 + queueCount
for place in string.gmatch(owed, '%d+') do
  wakeAt = wakeAt + 1
  local isLeft = number == first + wanted or reply[3] ~= 'open'
  if isLeft and redis.pcall('LLEN', KEYS[wakeAt]) == 0 then
    local left = redis.pcall('LLEN', KEYS[6 + place])
    if type(left) == 'number' and left > 0 then redis.call('RPUSH', KEYS[wakeAt], 1) end
  end
end
return reply
