local leases, ahead, queues, brought = KEYS[1], KEYS[2], KEYS[3], KEYS[4] -- then per claim: list, wake
local id, holderMark, broughtName = ARGV[1], ARGV[2], ARGV[3] -- then per claim, the last one first: number, queue
-- Gives claims that were made ahead back to the front of their queues, unspent, and the locks that came along with them, and wakes an idle process for them.
-- replies: {'returned', then per claim 'returned' | 'gone' | 'refused' where its queue is no list any more} | {'lost'} when the lease was reaped
if not redis.call('ZSCORE', leases, id) then return { 'lost' } end
-- A full Redis must still be drained: after one write that frees, a script may write the rest.
redis.call('HDEL', ahead, '')
local reply, bringers = { 'returned' }, {}
for index = 1, (#ARGV - 3) / 2 do
  local list, wake, claim, queue = KEYS[3 + index * 2], KEYS[4 + index * 2], ARGV[2 + index * 2], ARGV[3 + index * 2]
  local text = redis.call('HGET', ahead, claim)
  local _, last = string.find(text or '', ',"payload":', 1, true)
  local moved
  if last then
    moved = redis.pcall('LPUSH', list, string.sub(text, last + 1, -2))
  elseif text then
    -- A long payload is in a list of its own.
    moved = redis.pcall('LMOVE', ahead .. ':' .. claim, list, 'LEFT', 'LEFT')
  end
  if type(moved) == 'table' then
    reply[index + 1] = 'refused'
  else
    redis.call('HDEL', ahead, claim)
    reply[index + 1] = 'gone'
    if moved then
      redis.call('SADD', queues, queue)
      if redis.pcall('LLEN', wake) == 0 then redis.call('RPUSH', wake, 1) end
      reply[index + 1], bringers[#bringers + 1] = 'returned', claim
    end
  end
end
for from = 1, #bringers, 1000 do giveBroughtBack(bringers, from, math.min(from + 999, #bringers)) end
return reply
