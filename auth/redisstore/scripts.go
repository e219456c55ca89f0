package redisstore

import (
	"context"
	"crypto/fips140"

	"github.com/redis/go-redis/v9"
)

// The scripts of records take the record as KEYS[1]. A record begins with the header of package
// aead: a format byte, 26 bytes of version, and 15 digits of Unix milliseconds.

// saveScript stores ARGV[3] if the first ARGV[2] bytes of the record are ARGV[1], and returns 1. It
// also succeeds if the record has the header of ARGV[3]: then go-redis has sent the script again
// because the first answer was lost. ARGV[4] is the time to live in milliseconds; 0 means forever.
const saveScript = `
local value = redis.call('GETRANGE', KEYS[1], 0, ARGV[2] - 1)
if value ~= ARGV[1] and string.sub(value, 1, 42) ~= string.sub(ARGV[3], 1, 42) then
	return 0
end
if ARGV[4] == '0' then
	redis.call('SET', KEYS[1], ARGV[3])
else
	redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
end
return 1`

// deleteScript deletes the record if its first ARGV[2] bytes are ARGV[1], and returns 1, also if
// there is no record.
const deleteScript = `
local value = redis.call('GETRANGE', KEYS[1], 0, ARGV[2] - 1)
if value ~= '' and value ~= ARGV[1] then
	return 0
end
redis.call('DEL', KEYS[1])
return 1`

// useScript returns the first ARGV[1] bytes of the record. It sets the time to live to ARGV[2]
// milliseconds, or to what is left of the record's own life at the time ARGV[3] if that is shorter,
// if this is longer by more than a tenth than what is set. 0 means forever. A Redis that takes no
// writes still returns the record.
const useScript = `
local value = redis.call('GETRANGE', KEYS[1], 0, math.max(ARGV[1], 42) - 1)
if value == '' then
	return ''
end
local keep, ending = tonumber(ARGV[2]), 0
if string.byte(value) == 2 then
	ending = tonumber(string.sub(value, 28, 42)) or 0
end
if ending > 0 then
	local left = ending - ARGV[3]
	keep = keep == 0 and left or math.min(keep, left)
end
local kept = redis.call('PTTL', KEYS[1])
if keep > 0 and (kept < 0 or keep - kept > keep / 10) then
	redis.pcall('PEXPIRE', KEYS[1], keep)
elseif keep == 0 and ending == 0 and kept >= 0 then
	redis.pcall('PERSIST', KEYS[1])
end
return string.sub(value, 1, ARGV[1])`

type recordScripts struct {
	use, save, delete script
}

func newRecordScripts() recordScripts {
	return recordScripts{use: newScript(useScript), save: newScript(saveScript), delete: newScript(deleteScript)}
}

// A script is sent as its SHA-1, and whole where that is unknown. FIPS 140 mode has no SHA-1: there
// it is always sent whole.
type script struct {
	source string
	hashed *redis.Script
}

func newScript(source string) script {
	if fips140.Enabled() {
		return script{source: source}
	}
	return script{source: source, hashed: redis.NewScript(source)}
}

func (s script) run(ctx context.Context, client redis.Scripter, key string, args ...any) *redis.Cmd {
	if s.hashed == nil {
		return client.Eval(ctx, s.source, []string{key}, args...)
	}
	return s.hashed.Run(ctx, client, []string{key}, args...)
}
