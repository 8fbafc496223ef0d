local leases, lease, looked, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4] -- then per worker: record, started
local id, leaseMs, terms, startedText, leasePrefix, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6] -- then worker ids...
-- Takes a lease and registers workers under it. An id that another process holds is refused; a record that nobody holds must be taken back first.
-- replies: {'registered', then per worker 'registered' | 'taken' | 'occupied'}
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whoever comes first after a standstill gives every other lease half a term more, 5 s at least (or the whole term), before
-- anybody is declared dead: enough to come back, and a lone process that died is not waited for much longer.
local function look()
  local last = tonumber(redis.call('GET', looked))
  if last and now - last > leaseMs / 2 then
    for _, other in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
      redis.call('ZADD', leases, 'GT', now + math.min(leaseMs, math.max(leaseMs / 2, 5000)), other)
    end
  end
  redis.call('SET', looked, string.format('%d', now))
end

local function heldByAnother(worker)
  for _, other in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
    if other ~= id and redis.call('HEXISTS', leasePrefix .. other, worker) == 1 then return true end
  end
  return false
end

look()
redis.call('ZADD', leases, now + leaseMs, id)
redis.call('HSET', lease, 'terms', terms)
local reply = { 'registered' }
for index = 7, #ARGV do
  local worker, record, started = ARGV[index], KEYS[5 + (index - 7) * 2], KEYS[6 + (index - 7) * 2]
  local mine = redis.call('HEXISTS', lease, worker) == 1
  local occupied = not mine and redis.call('EXISTS', record) == 1
  -- Also where a neighbour's clean-up took the worker off the list: its process may live, and must not settle our jobs.
  if not mine and heldByAnother(worker) then
    reply[#reply + 1] = 'taken'
  elseif occupied then
    reply[#reply + 1] = 'occupied'
  else
    redis.call('HSETNX', lease, worker, 0)
    redis.call('SADD', workers, worker)
    redis.call('SET', started, startedText)
    reply[#reply + 1] = 'registered'
  end
end
return reply
