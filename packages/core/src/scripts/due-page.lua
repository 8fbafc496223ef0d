local bucket, due = KEYS[1], KEYS[2]
local second, first, last, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
-- Reads a page of a bucket and keeps what is due: at its exact time, or at the bucket's second where a neighbour put it there.
-- replies: {'page', entries read, payloads that are due...}
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = tonumber(now)
local begun = second * 1000 <= now
local page = redis.call('LRANGE', bucket, first, last)
local reply = { 'page', #page }
for from = 1, #page, 1000 do
  local members = {}
  for index = from, math.min(from + 999, #page) do members[#members + 1] = second .. ':' .. page[index] end
  for offset, score in ipairs(redis.call('ZMSCORE', due, unpack(members))) do
    local isDue
    if score then isDue = tonumber(score) <= now else isDue = begun end
    if isDue then reply[#reply + 1] = page[from + offset - 1] end
  end
end
return reply
