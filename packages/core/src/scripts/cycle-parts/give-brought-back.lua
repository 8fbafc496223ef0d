local find, sub = string.find, string.sub
-- What a client puts in front of every key: the names in `brought` are without it.
local clientPrefix = string.sub(brought, 1, #brought - #broughtName)
-- The locks that came along with these claims, whose numbers are texts, go where they are theirs still: where their values end in the number.
local function giveBroughtBack(claims, from, to)
  local names = redis.pcall('HMGET', brought, unpack(claims, from, to))
  if names.err then return end
  local locks, whose, count, found, foundCount = {}, {}, 0, {}, 0
  for index, name in ipairs(names) do
    if name then
      count = count + 1
      locks[count], whose[count] = clientPrefix == '' and name or clientPrefix .. name, claims[from + index - 1]
    end
  end
  if count == 0 then return end
  -- These keys were of this lease when they were taken; where Redis refuses them now, whoever reaps gives them back.
  local values = redis.pcall('MGET', unpack(locks))
  if values.err then return end
  for index, value in ipairs(values) do
    local _, last = find(value or '', holderMark, 1, true)
    if last and sub(value, last + 1) == whose[index] then
      foundCount = foundCount + 1
      found[foundCount] = locks[index]
    end
  end
  local gone = foundCount > 0 and redis.pcall('DEL', unpack(found))
  if type(gone) ~= 'table' then redis.call('HDEL', brought, unpack(whose)) end
end
