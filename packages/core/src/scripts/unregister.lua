local leases, lease, workers, heartbeat, ahead = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] -- then per worker: record, started, ping, processedBy, failuresBy
local id = ARGV[1] -- then worker ids...
-- Removes idle workers of a lease, and the lease with the last of them; a worker with a job in its hands stays.
-- replies: {'unregistered', then per worker 'unregistered' | 'busy' | 'gone'}
local reply = { 'unregistered' }
for index = 2, #ARGV do
  local worker, first = ARGV[index], 6 + (index - 2) * 5
  if redis.call('HEXISTS', lease, worker) == 0 then
    reply[#reply + 1] = 'gone'
  elseif redis.call('EXISTS', KEYS[first]) == 1 then
    reply[#reply + 1] = 'busy'
  else
    redis.call('DEL', unpack(KEYS, first + 1, first + 4))
    redis.call('HDEL', lease, worker)
    redis.call('SREM', workers, worker)
    redis.call('HDEL', heartbeat, worker)
    reply[#reply + 1] = 'unregistered'
  end
end
-- One field tells the terms, another one may hold an order; nothing else means that no worker is left. Jobs claimed ahead keep
-- the lease until they are taken back.
if redis.call('HLEN', lease) <= 1 + redis.call('HEXISTS', lease, 'control') and redis.call('HLEN', ahead) <= 1 then
  redis.call('DEL', lease, ahead)
  redis.call('ZREM', leases, id)
end
return reply
