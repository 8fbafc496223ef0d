local leases, lease, workers, ahead, record = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, worker, name, claim = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
-- Moves a claim that was made ahead into the record of the worker that performs it, where everybody looks; `name` is JSON.
-- replies: {'adopted'} | {'gone'} it was settled, given back or adopted before, or the worker is off the list | {'lost'} when the lease was reaped
if not redis.call('ZSCORE', leases, id) then return { 'lost' } end
local isHere = redis.call('HEXISTS', lease, worker) == 1 and redis.call('SISMEMBER', workers, worker) == 1
local text = isHere and redis.call('EXISTS', record) == 0 and redis.call('HGET', ahead, claim)
if not text then return { 'gone' } end
-- Nothing in front of it can hold this text: in a JSON string its quotes would be escaped.
local at = string.find(text, ',"lease":"', 1, true)
local shown = string.sub(text, 1, at - 1) .. ',"worker":' .. name .. string.sub(text, at)
if not string.find(text, ',"payload":', 1, true) then
  -- A long payload is in a list of its own.
  local list = ahead .. ':' .. claim
  local payload = redis.call('LINDEX', list, 0)
  if not payload then return { 'gone' } end
  shown = string.sub(shown, 1, -2) .. ',"payload":' .. payload .. '}'
  redis.call('DEL', list)
end
redis.call('HDEL', ahead, claim)
redis.call('SET', record, shown)
return { 'adopted' }
