local from, queues, newQueue = KEYS[1], KEYS[2], KEYS[3] -- then per target: its list and wake...
local first, last, tombstone, targets = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]) -- then the targets' names..., then per entry: its text, the place of its target from 1 on, the payload to arrive there...
-- Moves entries of a stretch of one list to the tails of queues, in the order in which they lie; each given text stands for one entry, and what has left the stretch stays.
-- replies: {'moved', count}
for target = 1, targets do
  local kind = redis.call('TYPE', KEYS[2 + target * 2]).ok
  if kind ~= 'list' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. KEYS[2 + target * 2] .. ' is no list') end
end
local entries = redis.call('LRANGE', from, first, last)
-- Equal texts may go to one place only: an entry is known by its text.
local wanted = {}
for arg = 5 + targets, #ARGV, 3 do
  local entry = wanted[ARGV[arg]]
  if entry then entry.count = entry.count + 1
  else wanted[ARGV[arg]] = { count = 1, target = tonumber(ARGV[arg + 1]), payload = ARGV[arg + 2] } end
end
-- A full Redis must still be cleared: after one write that frees, a script may write the rest.
redis.call('LTRIM', from, 0, -1)
local moved, woken = 0, {}
for at, text in ipairs(entries) do
  local entry = wanted[text]
  if entry and entry.count > 0 then
    entry.count = entry.count - 1
    local list = KEYS[2 + entry.target * 2]
    redis.call('RPUSH', list, entry.payload)
    redis.call('LSET', from, tonumber(first) < 0 and last - (#entries - at) or first + at - 1, tombstone)
    moved, woken[entry.target] = moved + 1, true
  end
end
if moved > 0 then redis.call('LREM', from, tonumber(first) < 0 and -moved or moved, tombstone) end
for target in pairs(woken) do
  local wake = KEYS[3 + target * 2]
  if redis.call('SADD', queues, ARGV[4 + target]) == 1 and redis.pcall('LLEN', newQueue) == 0 then redis.call('RPUSH', newQueue, 1) end
  if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
end
return { 'moved', moved }
