// Package redisstore keeps sessions in Redis, encrypted: for services that run in several processes
// or on several machines.
//
//	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: …, ContextTimeoutEnabled: true})
//	store, err := redisstore.New(client, redisstore.Config{Key: key, TTL: 30 * 24 * time.Hour})
//	auths, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// # The client
//
// The Store uses the client that it is given, and does not close it. Set its ContextTimeoutEnabled:
// without it, go-redis lets a server that hangs hold up callers for its ReadTimeout, whatever their
// context's deadline says.
//
// Records have to be read where they were written: do not send reads to replicas (ReadOnly,
// RouteByLatency, RouteRandomly). Lua scripts must be allowed: the commands are GETRANGE, DEL,
// EVALSHA and EVAL, and in the scripts GETRANGE, GET, SET, PEXPIRE and DEL. Each command and each
// script works on one key, which suits a cluster.
//
// # The key
//
// All processes need the same 32 bytes; keep them in a secret manager, not in Redis. Whoever loses
// them has to delete the records, and everybody signs in again: a record that does not open is an
// error, not an absent one.
//
// Without the key, Redis and its backups show how many records there are, how long they are, when
// they expire, and let one check whether a session key that one guesses exists. A value that was
// changed, cut, or put under another key does not open. Whoever can write to Redis can delete
// records and put back older versions of them.
//
// # What Redis may lose
//
// Redis answers before a write has reached its disk or its replicas. When it crashes or fails over,
// the last writes may be lost: those who had just signed in have to do so again, and so do those
// whose refresh token had just been rotated, since the one that comes back was used already. A
// Redis that is short of memory drops records if its maxmemory-policy says so; with noeviction it
// refuses to save.
//
// A command whose answer is lost is sent again by go-redis, as its MaxRetries says. Saves and
// leases are made for that: the second time does no harm. A save that created a record is the
// exception: if somebody deletes that record between the two times, the second creates it again.
//
// # Format
//
// A record is a string under PREFIX:{HASH}, where HASH is the SHA-256 of the session key in
// lower-case hexadecimal:
//
//	1 byte    format, 1
//	26 bytes  version
//	12 bytes  random nonce
//	rest      AES-256-GCM of the data, with its 16-byte tag
//
// The additional data is the format, the version and the session key. Each record has an AES key of
// its own: HKDF-SHA256 of Config.Key, without salt, with the info "amplify-auth-go redisstore 1 "
// and the session key.
//
// A lease is a string under PREFIX:{HASH}:lease: 26 random characters that stand for its holder.
package redisstore
