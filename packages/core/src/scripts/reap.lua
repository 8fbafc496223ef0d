local leases, lease, workers, failed, failures, queues, heartbeat, recovered, leaseLocks, ahead, brought = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11] -- then per entry of a worker: record, started, ping, processedBy, failuresBy, list, wake; of a claim made ahead: list, wake; then per lock: lock
local id, mark, workerCount, aheadCount, holderCount, broughtCount, lockCount, keepSeconds, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8], ARGV[9] -- then per entry, last claim first: worker id or '' for a claim made ahead, queue, SHA-1 of the record or '', failure text or '' to requeue, payload of a neighbour's record or '', or the number of the claim
-- Takes back the jobs of an expired lease, or of records that no lease holds (id ''), if they are still as the caller read them.
-- replies: {'reaped', requeued, failed} | {'alive'} the lease was renewed | {'changed'} read again
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local expiry = id ~= '' and redis.call('ZSCORE', leases, id)
if expiry and tonumber(expiry) > tonumber(now) then return { 'alive' } end

-- Everything is looked at before anything is moved: one field of a lease tells its terms, another one may hold an order, each
-- other one is a worker; one of the claims made ahead tells which number was the last.
if expiry and math.max(redis.call('HLEN', lease) - 1 - redis.call('HEXISTS', lease, 'control'), 0) ~= workerCount then return { 'changed' } end
if expiry and redis.call('HLEN', ahead) - redis.call('HEXISTS', ahead, 'last') ~= aheadCount then return { 'changed' } end
if expiry and (redis.call('HLEN', leaseLocks) ~= holderCount or redis.call('HLEN', brought) ~= broughtCount) then return { 'changed' } end
local entries, key, arg = {}, 11, 9
for index = 1, workerCount + aheadCount do
  local entry = { worker = ARGV[arg + 1], queue = ARGV[arg + 2], seen = ARGV[arg + 3], failure = ARGV[arg + 4], payload = ARGV[arg + 5] }
  local text
  if entry.worker == '' then
    entry.claim, entry.payload, entry.list, entry.wake = entry.payload, '', KEYS[key + 1], KEYS[key + 2]
    text = redis.call('HGET', ahead, entry.claim) or ''
    key = key + 2
  else
    entry.firstKey, entry.list, entry.wake = key + 1, KEYS[key + 6], KEYS[key + 7]
    text = redis.call('GET', KEYS[key + 1]) or ''
    if id ~= '' and redis.call('HEXISTS', lease, entry.worker) == 0 then return { 'changed' } end
    key = key + 7
  end
  arg = arg + 5
  if (text == '' and '' or redis.sha1hex(text)) ~= entry.seen then return { 'changed' } end
  if text == '' then
    entry.payload = nil
  else
    if entry.payload == '' then
      local _, last = string.find(text, ',"payload":', 1, true)
      entry.payload = last and string.sub(text, last + 1, -2)
      -- A long payload that was claimed ahead is in a list of its own.
      if not last and entry.claim then entry.payload = redis.call('LINDEX', ahead .. ':' .. entry.claim, 0) end
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
  if entry.claim then
    redis.call('HDEL', ahead, entry.claim)
    redis.call('DEL', ahead .. ':' .. entry.claim)
  else
    redis.call('DEL', unpack(KEYS, entry.firstKey, entry.firstKey + 4))
    redis.call('SREM', workers, entry.worker)
    redis.call('HDEL', heartbeat, entry.worker)
  end
end
for index = 1, lockCount do
  -- It may have lapsed since, and be somebody else's: behind its second stands whose it is.
  local lock = KEYS[key + index]
  local value = redis.pcall('GET', lock)
  if type(value) == 'string' and string.find(value, '.' .. mark, 1, true) then redis.call('DEL', lock) end
end
if id ~= '' then
  redis.call('DEL', lease, leaseLocks, ahead, brought)
  redis.call('ZREM', leases, id)
end
return { 'reaped', requeued, failedCount }
