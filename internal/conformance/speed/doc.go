// Package speed measures this SDK beside others that do the same work, in the same run: the SRP
// client cognito-srp, the token verifiers golang-jwt, go-oidc and jwx, the sessions of scs, and
// lower bounds such as a bare read or OpenSSL's arithmetic. It has only benchmarks:
//
//	go test -run '^$' -bench . -v .
//
// prints the table. It needs redis-server and, for the rows of OpenSSL, a C compiler with OpenSSL's
// headers.
package speed
