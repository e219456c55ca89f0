// Package srp is the client's side of SRP-6a as Amazon Cognito implements it, for users and for
// their devices. It sends nothing.
//
//	handshake, err := srp.Begin()
//	// InitiateAuth with SRP_A = handshake.A() answers with the ChallengeParameters of PASSWORD_VERIFIER.
//	id := srp.Identity{Pool: "Ab1Cd2Ef3", User: userIDForSRP, Password: password}
//	proof, err := handshake.Sign(id, parameters, time.Now())
//	// RespondToAuthChallenge with the three values of the proof.
//
// # Protocol
//
// With H for SHA-256, N the prime of RFC 3526 group 15 and g = 2:
//
//	A   = g^a mod N
//	u   = H(pad(A) | pad(B))
//	x   = H(pad(salt) | H(pool | user | ":" | password))
//	S   = (B - k*g^x)^(a + u*x) mod N
//	key = HKDF(S, salt u, info "Caldera Derived Key"), 16 bytes
//	signature = HMAC-SHA256(key, pool | user | secret block | timestamp)
//
// This is RFC 5054 section 2.6 up to S, except for the pool's name in x and the padding: Cognito
// hashes every integer, the salt included, as the shortest two's complement form, which has a zero
// byte in front if the top bit is set. RFC 5054 pads to the length of N. Two implementations that
// differ in this agree most of the time, but not always.
//
// What the server sent is checked before the password is used. Differs from Amplify: a B of N or
// more, an over-long parameter, and a sign or prefix in a number are refused.
//
// # Timing
//
// The arithmetic takes the same time whatever the password and the secret a are. It is done on
// arrays of 48 words with math/bits, whose operations document a running time that does not depend
// on their operands; there is no branch and no memory address that depends on a secret, exponents
// are walked in fixed windows, table entries are picked by reading the whole table, and the
// exponent a + u*x is computed in full length. math/big is not used. This is enough because every
// secret number goes through these operations only, from x to S.
//
// What remains: SHA-256 takes a time that grows with the lengths of the names and of the password,
// in steps of 64 bytes. Stripping the leading zero bytes of S, which the padding demands, looks at
// its first byte or two; S is new in every handshake, and all lengths above 375 bytes cost HMAC the
// same. Memory is not wiped: Go has no means to do that for the strings and copies that a password
// passes through.
//
// No compiler promises to leave code free of branches, so it is measured. BenchmarkPasswordTiming
// compares the times of Sign with two passwords, one with an x that has many one bits and one with
// few, all else being equal. After 50,000 signatures with each, on a shared two-core
// AMD EPYC with Go 1.26.8, Welch's |t| was 1.10 over all times and 2.10 over the fastest nine
// tenths, where 4.5 counts as a leak; a difference of 1.4 microseconds in 2.5 milliseconds would
// have counted. For a plain square-and-multiply |t| was 152 after 2,000.
//
// # Cost
//
// The secret a has 320 bits. RFC 5054 section 2.5.4 wants 256 or more, RFC 7919 appendix A.2 275
// for a safe prime of this size, and the rounding up to whole words costs about one part in a
// hundred, because the exponent of S is as long as u*x anyway. Both powers of g come from one table
// of 96 KiB, built on first use in about 1.4 ms. A whole handshake takes about 0.33 of the time of
// the textbook with math/big and 1024 bits, with 52 allocations; BenchmarkRatio measures it.
package srp
