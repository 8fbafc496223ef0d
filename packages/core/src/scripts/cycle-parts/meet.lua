-- The third part of cycle.lua: what the plugins of a job would ask for before it begins comes along with its claim.
local byte, format = string.byte, string.format
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

-- The text, where the args that begin here are one without escapes: most are, and each text that Lua makes is hashed whole.
local function loneText(payload, at)
  local close = byte(payload, at + 1) == 34 and find(payload, '"', at + 2, true)
  if close ~= #payload - 2 or byte(payload, close + 1) ~= 93 then return end
  local text = sub(payload, at + 2, close - 1)
  return not find(text, '\\', 1, true) and text or nil
end

-- Joined args, without the first space, as the keys of retries have them.
local function asCounter(joined)
  if find(joined, ' ', 1, true) then joined = string.gsub(joined, ' ', '', 1) end
  return joined ~= '' and joined or nil
end

-- The args, from bracket to bracket, joined by '-'. Nil where it takes more than this to tell.
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
  return asCounter(joined)
end

-- Per claim made ahead, in their order, as a byte: '0' and four times the place of its class, 1 with its lock, 2 where no run had failed.
local met, metCount, marks, marksAt, markCount = {}, 0, {}, {}, 0
-- Per lock that is wanted: its place in `met`; key and value; the claim's number, and the key without the client's prefix.
local lockCount, lockedAt, locks, names, nameAt = 0, {}, {}, {}, #clientPrefix + 1
local isWanted, signs, lastNeed = {}, {}, 1
local function meet(payload, claim)
  metCount = metCount + 1
  met[metCount] = 48
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
  met[metCount] = 48 + lastNeed * 4
  local text = loneText(payload, need.argsAt)
  local args = not text and sub(payload, need.argsAt, -2)
  local lock = need.lock and (text and need.lock .. '["' .. text .. '"]' or need.lock .. args)
  if lock and not isWanted[lock] then
    isWanted[lock] = true
    local at = lockCount * 2
    lockCount = lockCount + 1
    lockedAt[lockCount] = metCount
    locks[at + 1], locks[at + 2] = lock, lockValue .. claim
    names[at + 1], names[at + 2] = claim, nameAt == 1 and lock or sub(lock, nameAt)
  end
  local joined = need.counters and (text and asCounter(text) or args and joinArgs(args))
  if joined then
    markCount = markCount + 1
    marks[markCount], marksAt[markCount] = need.counters .. joined, metCount
    signs[need.sign] = true
  end
end

-- Some are taken: each by itself, and of those that are not nothing is kept.
local function takeEach()
  local all, allNames, allAt = locks, names, lockedAt
  lockCount, lockedAt, locks, names = 0, {}, {}, {}
  for index, at in ipairs(allAt) do
    local place, to = index * 2 - 1, lockCount * 2 + 1
    local set = redis.pcall('SET', all[place], all[place + 1], 'NX')
    if set and not set.err then
      lockCount = lockCount + 1
      lockedAt[lockCount] = at
      locks[to], locks[to + 1] = all[place], all[place + 1]
      names[to], names[to + 1] = allNames[place], allNames[place + 1]
    end
  end
end

local function takeLocks()
  -- Without an expiry: whoever runs for a while gives it one, and until then the lock goes with the lease.
  if redis.pcall('MSETNX', unpack(locks)) ~= 1 then takeEach() end
  if lockCount == 0 then return end
  if type(redis.pcall('HSET', brought, unpack(names))) == 'table' then
    -- Nobody could give them back.
    for index = 1, lockCount do redis.pcall('DEL', locks[index * 2 - 1]) end
    return
  end
  for index = 1, lockCount do
    local at = lockedAt[index]
    met[at] = met[at] + 1
  end
  -- It outlasts a fleet that stands still for long.
  if redis.call('PTTL', brought) < 604800000 then redis.call('PEXPIRE', brought, 1209600000) end
end

local function tellMet()
  if lockCount > 0 then takeLocks() end
  if markCount > 0 then
    local last = markCount
    for sign in pairs(signs) do
      last = last + 1
      marks[last] = sign
    end
    if redis.pcall('EXISTS', unpack(marks)) == 0 then
      for index = 1, markCount do
        local at = marksAt[index]
        met[at] = met[at] + 2
      end
    end
  end
  return second .. ':' .. string.char(unpack(met))
end
