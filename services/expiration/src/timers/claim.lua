-- KEYS: due, leased, seeded. ARGV: now, the end of a lease taken now, how many at most.

-- Whoever held a lapsed lease has died or could not reach its database: the member is due again.
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(lapsed) do
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZADD', KEYS[1], ARGV[1], id)
end

local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZADD', KEYS[2], ARGV[2], id)
end

local earliest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local at = -1
if earliest[2] then at = tonumber(earliest[2]) end
return { due, #lapsed, at, redis.call('EXISTS', KEYS[3]) }
