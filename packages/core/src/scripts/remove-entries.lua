local list = KEYS[1]
local first, last, tombstone = ARGV[1], ARGV[2], ARGV[3] -- then texts...
-- Removes from a stretch of a list (indices from the tail) every entry that is one of the texts, in one pass however many they are.
-- replies: {'removed', count, then the places of the texts that were there, from 1 on}
local entries = redis.call('LRANGE', list, first, last)
local place = {}
for arg = 4, #ARGV do place[ARGV[arg]] = arg - 3 end
-- A full Redis must still be cleared: after one write that frees, a script may write the rest.
redis.call('LTRIM', list, 0, -1)
local reply, told = { 'removed', 0 }, {}
for at, entry in ipairs(entries) do
  local wanted = place[entry]
  if wanted then
    redis.call('LSET', list, last - (#entries - at), tombstone)
    reply[2] = reply[2] + 1
    if not told[wanted] then
      told[wanted] = true
      reply[#reply + 1] = wanted
    end
  end
end
if reply[2] > 0 then redis.call('LREM', list, -reply[2], tombstone) end
return reply
