-- KEYS: the lists of queues...
local bytes = ARGV[1]
-- Reads how long each list is, and the end of its first entry, where a payload tells since when it waits.
-- replies: {'heads', then per list its length (-1: it is no list) and the last bytes of its head}
local reply = { 'heads' }
for index = 1, #KEYS do
  local length = redis.pcall('LLEN', KEYS[index])
  local head = ''
  if type(length) == 'table' then length = -1 end
  if length > 0 then head = string.sub(redis.call('LINDEX', KEYS[index], 0), -tonumber(bytes)) end
  reply[index * 2] = length
  reply[index * 2 + 1] = head
end
return reply
