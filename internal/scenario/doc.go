// Package scenario plays the same calls with two Cognito clients, the published aws-amplify package
// and this SDK, and compares what they do.
//
// A scenario is a file in testdata: a user pool, its users, and Amplify calls in order. Each call
// is recorded with what the real Amplify did: the output or the name of the error, and the requests
// that it sent. The tests of internal/conformance play the scenarios with the real package and
// check the recordings, or rewrite them with -update. The test of this package plays the scenarios
// with [SDK], without Node, and compares. Every difference is either fixed or listed in
// [Differences] with its reason. examples/poolcheck plays those that need no messages and no faults
// on other services, each of which is a [Target].
//
// In every recording the client is real and the service is the pool of package authtest: none was
// made on Amazon's service. A recording shows what Amplify does with an answer, not that the
// service gives it. What the service was recorded to do, by others, is listed in authtest's
// BEHAVIOR.md with the sources, and the pool is held to that. A scenario which depends on such a
// fact names its row in About.
//
// Random values are replaced by names. A challenge session becomes "<session 2>", numbered in the
// order in which the pool issued them, so a client that answers with an old session is detected.
package scenario
