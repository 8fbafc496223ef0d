local leases, lease, workers, failed, failures, queues, heartbeat, recovered, leaseLocks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9] -- then per worker: record, started, ping, processedBy, failuresBy, list, wake; then per lock: lock, owner
local id, workerCount, lockCount, keepSeconds, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5] -- then per worker, last claim first: worker id, queue, SHA-1 of its record or '', failure text or '' to requeue, payload of a neighbour's record or ''
-- Takes back the jobs of an expired lease, or of records that no lease holds (id ''), if they are still as the caller read them.
-- replies: {'reaped', requeued, failed} | {'alive'} the lease was renewed | {'changed'} read again
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local expiry = id ~= '' and redis.call('ZSCORE', leases, id)
if expiry and tonumber(expiry) > tonumber(now) then return { 'alive' } end

-- Everything is looked at before anything is moved: one field of a lease tells its terms, each other one is a worker.
if expiry and math.max(redis.call('HLEN', lease) - 1, 0) ~= workerCount then return { 'changed' } end
if expiry and redis.call('SCARD', leaseLocks) ~= lockCount then return { 'changed' } end
local entries = {}
for index = 1, workerCount do
  local key, arg = 9 + (index - 1) * 7, 5 + (index - 1) * 5
  local entry = {
    record = KEYS[key + 1], list = KEYS[key + 6], wake = KEYS[key + 7], firstKey = key + 1,
    worker = ARGV[arg + 1], queue = ARGV[arg + 2], seen = ARGV[arg + 3], failure = ARGV[arg + 4], payload = ARGV[arg + 5],
  }
  local text = redis.call('GET', entry.record) or ''
  if (text == '' and '' or redis.sha1hex(text)) ~= entry.seen then return { 'changed' } end
  if id ~= '' and redis.call('HEXISTS', lease, entry.worker) == 0 then return { 'changed' } end
  if text == '' then
    entry.payload = nil
  else
    if entry.payload == '' then
      local _, last = string.find(text, ',"payload":', 1, true)
      entry.payload = last and string.sub(text, last + 1, -2)
    end
    local kind = redis.call('TYPE', entry.list).ok
    if kind ~= 'list' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. entry.list .. ' is no list') end
  end
  entries[index] = entry
end

redis.call('HDEL', lease, '')
local requeued, failedCount = 0, 0
for _, entry in ipairs(entries) do
  if entry.payload then
    if entry.failure ~= '' then
      redis.call('RPUSH', failed, entry.failure)
      redis.call('INCR', failures)
      redis.call('HDEL', recovered, redis.sha1hex(entry.payload))
      failedCount = failedCount + 1
    else
      redis.call('LPUSH', entry.list, entry.payload)
      redis.call('SADD', queues, entry.queue)
      redis.call('HINCRBY', recovered, redis.sha1hex(entry.payload), 1)
      redis.call('EXPIRE', recovered, keepSeconds)
      if redis.pcall('LLEN', entry.wake) == 0 then redis.call('RPUSH', entry.wake, 1) end
      requeued = requeued + 1
    end
  end
  redis.call('DEL', unpack(KEYS, entry.firstKey, entry.firstKey + 4))
  redis.call('SREM', workers, entry.worker)
  redis.call('HDEL', heartbeat, entry.worker)
end
for index = 1, lockCount do
  local lock, owner = KEYS[8 + workerCount * 7 + index * 2], KEYS[9 + workerCount * 7 + index * 2]
  local text = redis.pcall('GET', owner)
  local value, holder = string.match(type(text) == 'string' and text or '', '^(%S+) (.+)$')
  -- The lock may have lapsed since, and be somebody else's.
  if holder and string.sub(holder, 1, #id + 1) == id .. '/' then
    if redis.pcall('GET', lock) == value then redis.call('DEL', lock) end
    redis.call('DEL', owner)
  end
end
if id ~= '' then
  redis.call('DEL', lease, leaseLocks)
  redis.call('ZREM', leases, id)
end
return { 'reaped', requeued, failedCount }
