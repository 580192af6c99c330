-- KEYS: due, leased. ARGV: members and their scores in turn. Members under lease are being seen to.
for i = 1, #ARGV, 2 do
  if not redis.call('ZSCORE', KEYS[2], ARGV[i]) then
    redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i])
  end
end
return #ARGV / 2
