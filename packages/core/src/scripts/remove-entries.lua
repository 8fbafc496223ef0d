local list = KEYS[1]
local first, last, tombstone = ARGV[1], ARGV[2], ARGV[3] -- then texts...
-- Removes from a stretch of a list (indices from the tail) every entry that is one of the texts, in one pass however many they are.
-- replies: {'removed', count}
local entries = redis.call('LRANGE', list, first, last)
local wanted = {}
for arg = 4, #ARGV do wanted[ARGV[arg]] = true end
-- A full Redis must still be cleared: after one write that frees, a script may write the rest.
redis.call('LTRIM', list, 0, -1)
local removed = 0
for at, entry in ipairs(entries) do
  if wanted[entry] then
    redis.call('LSET', list, last - (#entries - at), tombstone)
    removed = removed + 1
  end
end
if removed > 0 then redis.call('LREM', list, -removed, tombstone) end
return { 'removed', removed }
