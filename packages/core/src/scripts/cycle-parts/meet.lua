-- The third part of cycle.lua: what the plugins of a job would ask for before it begins comes along with its claim.
local find, sub, byte, format = string.find, string.sub, string.byte, string.format
local needs, second, lockValue = {}, 0, ''
if needCount > 0 then
  local ttlMs = nextArg()
  second = tonumber(redis.call('TIME')[1])
  lockValue = format('%d', second + math.ceil(ttlMs / 1000) + 1) .. holderMark
  for place = 1, needCount do
    local need = { head = nextArg() }
    need.argsAt = #need.head + 1
    local lock, counters, sign = nextArg(), nextArg(), nextArg()
    if lock ~= '' then need.lock = clientPrefix .. lock end
    if counters ~= '' then need.counters, need.sign = clientPrefix .. counters, clientPrefix .. sign end
    needs[place] = need
  end
end

-- The args, from bracket to bracket, as the keys of retries have them: joined by '-', without the first space. Nil where it takes more than this to tell.
local function joinArgs(args)
  if find(args, '\\', 1, true) then return end
  local joined, at = nil, 2
  repeat
    local first, text = byte(args, at), nil
    if first == 34 then
      local close = find(args, '"', at + 1, true)
      if not close then return end
      text, at = sub(args, at + 1, close - 1), close + 1
    elseif first == 91 or first == 123 then
      return
    else
      local stop = find(args, ',', at, true) or #args
      text, at = sub(args, at, stop - 1), stop
    end
    joined = joined and joined .. '-' .. text or text
    at = at + 1
  until byte(args, at - 1) ~= 44
  if find(joined, ' ', 1, true) then joined = string.gsub(joined, ' ', '', 1) end
  return joined ~= '' and joined or nil
end

-- Per claim made ahead, in their order: four times the place of its class, 1 with its lock, 2 where no run had failed.
local met, metCount, locks, lockedAt, lockedBy, lockCount = {}, 0, {}, {}, {}, 0
local marks, marksAt, markCount = {}, {}, 0
local isWanted, signs, lastNeed = {}, {}, 1
local function meet(payload, claim)
  metCount = metCount + 1
  met[metCount] = 0
  local need = needs[lastNeed]
  -- Keys as long as this are taken by those who want them.
  if #payload > 2000 then return end
  if find(payload, need.head, 1, true) ~= 1 then
    need = nil
    for place, other in ipairs(needs) do
      if find(payload, other.head, 1, true) == 1 then need, lastNeed = other, place end
    end
    if not need then return end
  end
  met[metCount] = lastNeed * 4
  local args = sub(payload, need.argsAt, -2)
  local lock = need.lock and need.lock .. args
  if lock and not isWanted[lock] then
    isWanted[lock] = true
    lockCount = lockCount + 1
    lockedAt[lockCount], lockedBy[lockCount] = metCount, claim
    locks[lockCount * 2 - 1], locks[lockCount * 2] = lock, lockValue .. claim
  end
  local joined = need.counters and joinArgs(args)
  if joined then
    markCount = markCount + 1
    marks[markCount], marksAt[markCount] = need.counters .. joined, metCount
    signs[need.sign] = true
  end
end

local function takeLocks()
  -- Without an expiry: whoever runs for a while gives it one, and until then the lock goes with the lease.
  local all, names, taken, takenAt, count = redis.pcall('MSETNX', unpack(locks)) == 1, {}, {}, {}, 0
  local nameAt = #clientPrefix + 1
  for index, at in ipairs(lockedAt) do
    local lock = locks[index * 2 - 1]
    local set = all or redis.pcall('SET', lock, locks[index * 2], 'NX')
    if set and (all or not set.err) then
      count = count + 1
      taken[count], takenAt[count] = lock, at
      names[count * 2 - 1], names[count * 2] = lockedBy[index], nameAt == 1 and lock or sub(lock, nameAt)
    end
  end
  if count == 0 then return end
  if type(redis.pcall('HSET', brought, unpack(names))) == 'table' then
    -- Nobody could give them back.
    redis.pcall('DEL', unpack(taken))
    return
  end
  for _, at in ipairs(takenAt) do met[at] = met[at] + 1 end
  -- It outlasts a fleet that stands still for long.
  if redis.call('PTTL', brought) < 604800000 then redis.call('PEXPIRE', brought, 1209600000) end
end

local function tellMet()
  if lockCount > 0 then takeLocks() end
  if markCount > 0 then
    for sign in pairs(signs) do marks[#marks + 1] = sign end
    if redis.pcall('EXISTS', unpack(marks)) == 0 then
      for index = 1, markCount do met[marksAt[index]] = met[marksAt[index]] + 2 end
    end
  end
  for at, code in ipairs(met) do met[at] = 48 + code end
  return second .. ':' .. string.char(unpack(met))
end
