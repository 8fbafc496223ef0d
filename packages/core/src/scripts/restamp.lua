local record = KEYS[1]
local id, claim, runAt = ARGV[1], ARGV[2], ARGV[3]
-- Tells in a record since when its job runs, where the call that claimed it had been sent long before.
-- replies: {'restamped'} | {'changed'} when it is not the record of this claim
local text = redis.call('GET', record)
if not text or not string.find(text, ',"lease":"' .. id .. '","claim":' .. claim .. ',', 1, true) then return { 'changed' } end
local _, before = string.find(text, ',"run_at":"', 1, true)
local after = before and string.find(text, '"', before + 1, true)
if not after then return { 'changed' } end
redis.call('SET', record, string.sub(text, 1, before) .. runAt .. string.sub(text, after))
return { 'restamped' }
