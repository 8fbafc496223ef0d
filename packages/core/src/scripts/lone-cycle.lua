local leases, lease, workers, processed, pauseAll, paused, recovered, list, wake, record, processedBy = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local id, number, task, owed, head = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] -- task: 'claim', 'done' or 'both'; owed: '1' where the queue's wake token is; head: the record up to the payload
-- `quickCycle` for one slot and one queue, straight on: what it asks and what it writes is the same, without a list of anything.
-- replies: {'full'} nothing was changed | the payload of the job that was claimed, as a text | {'none'} no job was | {'broken'} nor can one be, for the queue's key is no list
-- A worker's id is what its record's key ends in: behind the prefix and 'worker:'.
local worker = string.sub(record, #workers + 1)

-- All that is looked at, and all that can raise, comes before the first change.
if not redis.call('ZSCORE', leases, id) then return { 'full' } end
local last = redis.call('HGET', lease, worker)
if not last or tonumber(last) >= tonumber(number) then return { 'full' } end
if redis.call('SISMEMBER', workers, worker) == 0 then return { 'full' } end
if task == 'claim' then
  if redis.call('EXISTS', pauseAll, paused, recovered, record) > 0 then return { 'full' } end
else
  -- A key counts as often as it is named: no switch that is set can stand in for a record that is missing.
  if redis.call('EXISTS', pauseAll, paused, recovered, record, record, record, record) ~= 4 then return { 'full' } end
end

local payload, none = false, 'none'
if task ~= 'done' then
  -- The first write is one that frees: then a full Redis takes the rest, too.
  payload = redis.pcall('LPOP', list)
  if type(payload) == 'table' then payload, none = false, 'broken' end
end
if not payload then
  if task ~= 'claim' then redis.call('DEL', record) end
elseif #payload < 4096 then
  redis.call('SET', record, head .. payload .. '}')
else
  -- Lua hashes each text that it makes, whole: this long one is not made again.
  redis.call('SET', record, head)
  redis.call('APPEND', record, payload)
  redis.call('APPEND', record, '}')
end
redis.call('HSET', lease, worker, number)
if task ~= 'claim' then
  -- A counter of another type stops nobody.
  redis.pcall('INCR', processedBy)
  redis.pcall('INCR', processed)
end
if owed == '1' and payload then
  local left = redis.pcall('LLEN', list)
  if type(left) == 'number' and left > 0 and redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
end
return payload or { none }
