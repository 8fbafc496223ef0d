local list = KEYS[1]
local first, most, bytes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) -- then texts that an entry must hold...
-- Reads on in a list, from an index on (negative: from there towards the head), and gives the entries that hold all of the texts.
-- replies: {'page', entries read, 1 when it goes on, then per entry: index, text}
local step = first < 0 and -1 or 1
local reply, read, size, chunk, more = { 'page', 0, 0 }, 0, 0, 1, true
while more and read < most and size < bytes do
  local count = math.min(chunk, most - read)
  local near, far = first + step * read, first + step * (read + count - 1)
  local entries = redis.call('LRANGE', list, math.min(near, far), math.max(near, far))
  for at = 1, #entries do
    local entry = entries[step > 0 and at or #entries + 1 - at]
    local wanted = true
    for needle = 4, #ARGV do wanted = wanted and string.find(entry, ARGV[needle], 1, true) end
    if wanted then
      reply[#reply + 1] = first + step * (read + at - 1)
      reply[#reply + 1] = entry
    end
    size = size + #entry
  end
  read, more = read + #entries, #entries == count
  -- Entries may have any size: small steps first, so that the bound on bytes is not passed by much.
  chunk = math.min(chunk * 4, 64)
end
reply[2], reply[3] = read, more and 1 or 0
return reply
