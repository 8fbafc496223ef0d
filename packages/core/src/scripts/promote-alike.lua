local schedule, due, bucket, queues, newQueue, timestamps = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6] -- then per kind: list, wake
local second, most, tells, now = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] -- then per kind: opening, closing, queue
-- Moves the payloads that a second begins with to their queues, as far as they are in `due`, due, and of one of these kinds; may be none.
-- replies: {'moved', how many, jobs left in the bucket, their bytes, then their payloads where tells is '1'...}
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = tonumber(now)
local find, sub = string.find, string.sub

local kinds = {}
for at = 1, (#ARGV - 4) / 3 do
  local arg, key = 2 + 3 * at, 5 + 2 * at
  local list = redis.call('TYPE', KEYS[key]).ok
  if list == 'list' or list == 'none' then
    local opening, closing = ARGV[arg], ARGV[arg + 1]
    kinds[#kinds + 1] = { opening, closing, #opening + 1, -#closing, KEYS[key], KEYS[key + 1], ARGV[arg + 2] }
  end
end

-- What is in `due` is valid JSON, for we wrote it or have read it. A member that may come twice, or be named by an escape, is for a parser.
local function isOf(kind, payload)
  local from, to = kind[3], #payload + kind[4]
  if to < from - 1 or find(payload, kind[1], 1, true) ~= 1 or sub(payload, kind[4]) ~= kind[2] then return false end
  local again = find(payload, '"queue"', from, true)
  if again and again <= to then return false end
  return not find(payload, '"class"', from, true) and not find(payload, '\\u', from, true)
end

local function kindOf(payload)
  for _, kind in ipairs(kinds) do
    if isOf(kind, payload) then return kind end
  end
end

local page = redis.call('LRANGE', bucket, 0, most - 1)
local members, prefix = {}, second .. ':'
for index = 1, #page do members[index] = prefix .. page[index] end
-- A second holds nothing that is due after its end. Where nothing is due between now and then, all that is in `due` of it is.
local later = tonumber(redis.call('ZRANGEBYSCORE', due, string.format('(%.0f', now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2])
local isOver = second * 1000 <= now and (not later or later >= (second + 1) * 1000)
local scores = not isOver and #page > 0 and redis.call('ZMSCORE', due, unpack(members)) or {}

local moved, bytes, kind = 0, 0, kinds[1]
local pushes, places = {}, {}
while kind and moved < #page do
  local payload, score = page[moved + 1], scores[moved + 1]
  if not isOver and not (score and tonumber(score) <= now) then break end
  if not isOf(kind, payload) then kind = kindOf(payload) end
  if not kind then break end
  local push = pushes[kind[5]]
  if not push then
    push = {}
    pushes[kind[5]] = push
    places[#places + 1] = kind
  end
  push[#push + 1] = payload
  bytes = bytes + #payload
  moved = moved + 1
end
redis.call('SREM', queues, '')
-- Those that a neighbour delayed are in no `due`: a few are left to the reader, and all of them stay due, for their second has begun.
if moved > 0 and redis.call('ZREM', due, unpack(members, 1, moved)) < moved and isOver then return { 'moved', 0, redis.call('LLEN', bucket), 0 } end

for _, place in ipairs(places) do
  redis.call('RPUSH', place[5], unpack(pushes[place[5]]))
  if redis.call('SADD', queues, place[7]) == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
  if redis.pcall('LLEN', place[6]) == 0 then redis.call('RPUSH', place[6], 1) end
end
local reply = { 'moved', moved, 0, bytes }
if moved > 0 then
  redis.call('LTRIM', bucket, moved, -1)
  local member, send = 'delayed:' .. second, redis.pcall
  for index = 1, moved do send('SREM', timestamps .. page[index], member) end
end
reply[3] = redis.call('LLEN', bucket)
if reply[3] == 0 then redis.call('ZREM', schedule, second) end
if tells == '1' then
  for index = 1, moved do reply[4 + index] = page[index] end
end
return reply
