local list, producer = KEYS[1], KEYS[2]
local count, text, call, fresh, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
-- Removes one entry of a list, the first from the head (count '1') or the tail ('-1'), once for each call number of a producer.
-- replies: {'removed', count} | {'known'} when this call removed one before
local known = redis.pcall('GETBIT', producer, call)
if known == 1 then return { 'known' } end
-- First, for it frees: a full Redis must still be cleared.
local removed = redis.call('LREM', list, count, text)
if removed > 0 and type(known) == 'number' then
  redis.pcall('SETBIT', producer, call, 1)
  if fresh == '1' or call % 64 == 0 then redis.pcall('PEXPIRE', producer, keepMs) end
end
return { 'removed', removed }
