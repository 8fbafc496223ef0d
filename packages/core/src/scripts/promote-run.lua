local schedule, due, bucket, queues, newQueue = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] -- then per queue: list, wake...; then per job: timestamps...
local second, queueCount, targets = ARGV[1], tonumber(ARGV[2]), ARGV[3] -- then the queues' names...; then payloads...
-- Moves the payloads that a second begins with to their queues, all or none; targets names each one's queue by its number, or is '' for one queue.
-- replies: {'moved', jobs left in the bucket} | {'changed'} the second begins otherwise, or a queue is no list
local firstPayload, firstMarker = 4 + queueCount, 6 + 2 * queueCount
local count = #ARGV - firstPayload + 1
for index, payload in ipairs(redis.call('LRANGE', bucket, 0, count - 1)) do
  if payload ~= ARGV[firstPayload + index - 1] then return { 'changed' } end
end
if redis.call('LLEN', bucket) < count then return { 'changed' } end
for index = 1, queueCount do
  local kind = redis.call('TYPE', KEYS[4 + 2 * index]).ok
  if kind ~= 'list' and kind ~= 'none' then return { 'changed' } end
end
redis.call('SREM', queues, '')

local pushes = {}
if targets == '' then
  pushes[1] = { unpack(ARGV, firstPayload) }
else
  for index = 1, queueCount do pushes[index] = {} end
  local at = firstPayload
  for target in string.gmatch(targets, '%d+') do
    local push = pushes[tonumber(target)]
    push[#push + 1] = ARGV[at]
    at = at + 1
  end
end
for index, payloads in ipairs(pushes) do
  local list, wake = KEYS[4 + 2 * index], KEYS[5 + 2 * index]
  redis.call('RPUSH', list, unpack(payloads))
  if redis.call('SADD', queues, ARGV[3 + index]) == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
  if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
end
redis.call('LTRIM', bucket, count, -1)

local member, members, prefix = 'delayed:' .. second, {}, second .. ':'
local keys, args, send = KEYS, ARGV, redis.pcall
for index = 1, count do
  send('SREM', keys[firstMarker + index - 1], member)
  members[index] = prefix .. args[firstPayload + index - 1]
end
redis.call('ZREM', due, unpack(members))
local left = redis.call('LLEN', bucket)
if left == 0 then redis.call('ZREM', schedule, second) end
return { 'moved', left }
