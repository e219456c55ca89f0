package redisstore

import "github.com/redis/go-redis/v9"

// Scripts are sent by their hash, and whole when the server does not know them. They return 1 if
// they did what they are for.
const (
	// saveScript replaces a value if its header is ARGV[1], or that of the new value ARGV[2]: then
	// this is the second time, since the first answer was lost. What is absent has an empty header.
	// ARGV[3] is the time to live, 0 for ever.
	saveScript = `
local header = redis.call('GETRANGE', KEYS[1], 0, 26)
if header ~= ARGV[1] and header ~= string.sub(ARGV[2], 1, 27) then
	return 0
end
if ARGV[3] == '0' then
	redis.call('SET', KEYS[1], ARGV[2])
else
	redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1`
	// takeScript knows its own token, for the same reason.
	takeScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
	return 1
end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0`
	renewScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`
	freeScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
return redis.call('DEL', KEYS[1])`
)

type scripts struct {
	save, take, renew, free *redis.Script
}

func newScripts() scripts {
	return scripts{
		save:  redis.NewScript(saveScript),
		take:  redis.NewScript(takeScript),
		renew: redis.NewScript(renewScript),
		free:  redis.NewScript(freeScript),
	}
}
