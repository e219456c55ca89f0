// Package scenario holds sign-in stories that two Cognito clients must tell alike: the published
// aws-amplify package and this SDK.
//
// A story is a file in testdata: a user pool, its users, and Amplify calls in order, each with what
// the real Amplify made of it, which is its output or the name of its error, and the requests that
// it sent. The tests of internal/conformance play the stories with the real package and check (or,
// with -update, rewrite) what is recorded. The test of this package plays the same stories with the
// Go SDK, without Node, and compares. Every place where the two part is either mended or stands in
// [Differences] with its reason.
//
// What a run draws at random is replaced by a name. A challenge session becomes "<session 2>", by
// the order in which the pool handed them out, so a client that answers with an old one is found
// out.
package scenario
