local queue, worker = KEYS[1], KEYS[2]
local run_at, queue_name, worker_name = ARGV[1], ARGV[2], ARGV[3]
-- Takes the first payload and stores it as the worker's job; returns its text, or false. The payload is never
-- re-encoded: cjson would turn [] into {} and cut long numbers. One that is no JSON is stored as text.
local payload = redis.call('LPOP', queue)
if not payload then
  return false
end
local stored = pcall(cjson.decode, payload) and payload or cjson.encode(payload)
local text = cjson.encode
redis.call('SET', worker, '{"run_at":' .. text(run_at) .. ',"queue":' .. text(queue_name)
  .. ',"worker":' .. text(worker_name) .. ',"payload":' .. stored .. '}')
return payload
