// Package redisstore keeps sessions in Redis, encrypted. It is made for services that run in
// several processes or on several machines.
//
//	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: …, ContextTimeoutEnabled: true})
//	store, err := redisstore.New(client, redisstore.Config{Key: key, TTL: 30 * 24 * time.Hour})
//	auths, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// # The client
//
// The caller owns the client and closes it. Set its ContextTimeoutEnabled: otherwise go-redis waits
// for a server that hangs until ReadTimeout, regardless of the deadline of the context.
//
// Records must be read where they were written: do not send reads to replicas (ReadOnly,
// RouteByLatency, RouteRandomly). Each command and each script touches one key, as a cluster
// requires. An ACL must allow these commands, of which some are used in Lua scripts only:
//
//	Store    EVALSHA EVAL GETRANGE GET SET DEL PTTL PEXPIRE PERSIST
//	Limiter  EVALSHA EVAL TIME GET SET
//
// # The key
//
// All processes need the same 32 bytes. Keep them in a secret manager, not in Redis. If the key is
// lost, delete the records, and everybody signs in again: a record that does not open is an error
// ([SealError]), not an absent record.
//
// Without the key, Redis and its backups show how many records there are, how long they are and
// when they expire. They also allow to check whether a guessed session key exists. A value that was
// changed, truncated, or moved to another key does not open. Anyone who can write to Redis can
// delete records and restore older versions of them.
//
// # Lost writes
//
// Redis answers before a write has reached its disk or its replicas. A crash or a failover may lose
// the last writes. Then people who have just signed in must sign in again, and so must those whose
// refresh token has just been rotated, because the restored one has already been used. A Redis that
// runs out of memory evicts records if its maxmemory-policy allows it; with noeviction, Save fails.
//
// If the answer to a command is lost, go-redis sends the command again, up to its MaxRetries. Saves
// and leases may safely run twice, with one exception: a Save that created a record creates it
// again if another caller deleted it between the two.
//
// # Format
//
// A record is a string under PREFIX:{HASH}, where HASH is the SHA-256 of the session key in
// lower-case hexadecimal:
//
//	1 byte    format, 2
//	41 bytes  version: 26 random characters, and the end in 15 digits of Unix milliseconds
//	12 bytes  random nonce
//	rest      AES-256-GCM of the data, with its 16-byte tag
//
// The digits are all zeros if the record has no end of its own. The additional data is the format,
// the version and the session key. Each record has an AES key of its own: HKDF-SHA256 of
// [Config.Key], without salt, with the info "amplify-auth-go redisstore 1 " and the session key.
//
// A lease is a string under PREFIX:{HASH}:lease: the 26 random characters that identify its holder.
package redisstore
