package main

import (
	"context"
	"slices"
)

// A check measures one fact of the service and compares it with what the pool of package authtest
// does.
type check struct {
	// name is topic and fact, such as totp/secret.
	name string
	// source says where the fact comes from, as in authtest's BEHAVIOR.md: the number of a row, or
	// documented, recorded, reported, reading. What is open was never measured in public.
	source string
	// about says what is measured.
	about string
	pool  poolKind
	// slow marks what a real service needs minutes for; mailbox what needs a person who reads mail.
	slow, mailbox bool
	// unfit says why the check is never run, if it is not.
	unfit   string
	measure func(ctx context.Context, l *lab) string
	// expected is what the pool of package authtest answers, in the notation of answer.String.
	expected string
}

// checks are all checks, by topic.
func checks() []check {
	return slices.Concat(
		wireChecks(), passwordChecks(), srpChecks(), nameChecks(), sessionChecks(),
		totpChecks(), preferenceChecks(), requiredChecks(),
		deviceChecks(), deviceProofChecks(), refreshChecks(), tokenChecks(),
		choiceChecks(), passkeyChecks(), accountChecks(), settingsChecks(), lockoutChecks(), mailChecks(),
	)
}
