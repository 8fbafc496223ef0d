-- The last part of cycle.lua: jobs for the free slots, and ahead of them.
local allPaused = false
if switches then
  local word = redis.pcall('GET', pauseAll)
  allPaused = type(word) == 'string' and string.lower(string.gsub(word, '%s', '')) == 'true'
end
-- How many may still be claimed ahead of the free slots: none by a call that was applied before.
local open, number, claims, shown = wanted, first, {}, reply[3]
if wanted > 0 then
  if tonumber(redis.call('HGET', ahead, 'last') or -1) >= first then
    local fields = {}
    for claim = first, first + wanted - 1 do fields[#fields + 1] = claim end
    open, shown[1] = 0, 'known'
    for _, text in ipairs(redis.call('HMGET', ahead, unpack(fields))) do
      if text then shown[#shown + 1] = text end
    end
  else
    shown[1], shown[2], shown[3] = 'fresh', '', ''
    claims[1], claims[2] = 'last', first + wanted - 1
  end
end
local suspects = open > 0 and switches and redis.call('EXISTS', recovered) == 1
-- Where a process may have died of a job, each that it held has a slot of its own when it runs again.
local function isSuspect(payload) return redis.pcall('HEXISTS', recovered, redis.sha1hex(payload)) == 1 end

local escapes = { ['"'] = '\\"', ['\\'] = '\\\\', ['\b'] = '\\b', ['\f'] = '\\f', ['\n'] = '\\n', ['\r'] = '\\r', ['\t'] = '\\t' }
local function asJson(name)
  if string.find(name, '[%z\1-\31"\\]') then
    name = string.gsub(name, '[%z\1-\31"\\]', function(byte)
      return escapes[byte] or string.format('\\u%04x', string.byte(byte))
    end)
  end
  return '"' .. name .. '"'
end

local nextFree = 1
local function claim(index, list, name, room)
  local payloads = redis.pcall('LPOP', list, room)
  if payloads and payloads.err then
    reply[2][#reply[2] + 1] = name
    return
  end
  if not payloads then return end
  local head = '{"queue":' .. asJson(name) .. ',"run_at":"' .. runAt .. '"'
  local opening, lent, counted = head .. ',"worker":', ',"lease":"' .. id .. '","claim":', nil
  local lentAhead = head .. lent
  for place, payload in ipairs(payloads) do
    if nextFree <= #free then
      local slot, at = slots[free[nextFree]], free[nextFree] * 3 + 1
      nextFree = nextFree + 1
      redis.call('SET', slot.record, opening .. slot.name .. lent .. slot.number .. ',"payload":' .. payload .. '}')
      slot.freed = false
      reply[at + 1], reply[at + 2] = index, payload
    elseif suspects and isSuspect(payload) then
      for last = #payloads, place, -1 do redis.call('LPUSH', list, payloads[last]) end
      open, shown[2] = 0, 'barred'
      break
    else
      if not counted then
        counted = #shown + 2
        -- From which number on; how many these are is known at the end.
        shown[counted - 1], shown[counted] = index, number
      end
      shown[#shown + 1] = payload
      local text = format('%d', number)
      if needCount > 0 then meet(payload, text) end
      claims[#claims + 1] = text
      claims[#claims + 1] = lentAhead .. text .. ',"payload":' .. payload .. '}'
      number, open = number + 1, open - 1
    end
  end
  if counted then shown[counted] = number - shown[counted] end
end

-- Of a long list most queues are empty: one look tells it of a stretch of them.
local stretch, nameAt = 16, #queues + 1
local index = allPaused and queueCount + 1 or 1
while index <= queueCount do
  local room = #free - nextFree + 1 + open
  if room <= 0 and index > lastOwed then break end
  local last = math.min(index + stretch - 1, queueCount)
  local isEmpty = index % stretch == 1 and last > index + 2
    and redis.call('EXISTS', unpack(KEYS, listsAt + index, listsAt + last)) == 0
  if isEmpty then
    index = last
  else
    local list, wake = KEYS[listsAt + index], wakes[index]
    local name = string.sub(list, nameAt)
    local stopped = switches and redis.pcall('SISMEMBER', paused, name) == 1
    if not stopped and room > 0 then claim(index, list, name, room) end
    if wake and not stopped and nextFree > #free and redis.pcall('LLEN', wake) == 0 then
      local left = redis.pcall('LLEN', list)
      if type(left) == 'number' and left > 0 then redis.call('RPUSH', wake, 1) end
    end
  end
  index = index + 1
end
if #claims > 0 then redis.call('HSET', ahead, unpack(claims)) end
if metCount > 0 then shown[3] = tellMet() end
for _, slot in ipairs(slots) do
  if slot.freed then freed[#freed + 1] = slot.record end
end
if #freed > 0 then redis.call('DEL', unpack(freed)) end
if #applied > 0 then redis.call('HSET', lease, unpack(applied)) end
return reply
