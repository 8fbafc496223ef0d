local firstKey = KEYS[1] -- then keys...
local firstText = ARGV[1] -- then texts...
-- Deletes its keys if each of them holds its text, or is not there; an empty text fits anything. As `delif` in a settlement.
-- replies: {'deleted', count} | {'kept'}
for index, key in ipairs(KEYS) do
  local found = ARGV[index] ~= '' and redis.pcall('GET', key)
  if found and (type(found) == 'table' or not string.find(found, ARGV[index], 1, true)) then return { 'kept' } end
end
return { 'deleted', redis.call('DEL', unpack(KEYS)) }
