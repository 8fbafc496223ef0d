local workers, failed, failures, heartbeat, lease = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] -- then record; then other keys of the worker...
local workerId, seen, failure = ARGV[1], ARGV[2], ARGV[3]
-- Removes a worker that is taken for dead and puts the job in its hands into `failed`, if the record is still as the caller read it.
-- replies: {'cleaned'} | {'changed'} read again
local text = redis.call('GET', KEYS[6]) or ''
if (text == '' and '' or redis.sha1hex(text)) ~= seen then return { 'changed' } end
redis.call('SREM', workers, workerId)
if failure ~= '' then
  redis.call('RPUSH', failed, failure)
  redis.call('INCR', failures)
end
redis.call('DEL', unpack(KEYS, 6))
redis.call('HDEL', heartbeat, workerId)
redis.call('HDEL', lease, workerId)
return { 'cleaned' }
