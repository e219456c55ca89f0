package bff

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A Limiter counts tries, so that passwords and codes cannot be guessed here and nobody is flooded
// with messages. [MemoryLimiter] is for one process; redisstore.Limiter is for many.
type Limiter interface {
	// Allow counts a try under key, of which there may be so many in the time per, and returns
	// zero; or it counts nothing and returns how long to wait for the next one. The key holds no
	// secret and no name. It is safe for concurrent use.
	Allow(ctx context.Context, key string, tries int, per time.Duration) (wait time.Duration, err error)
}

// A Limit is how many tries are let through in a time; a try is free again after Per / Tries.
type Limit struct {
	Tries int
	Per   time.Duration
}

// Limits are how many tries the handler lets through to Cognito. A zero Limit has its default. An
// address is that of a person, or the /64 network of an IPv6 address.
type Limits struct {
	Address     Limit // passwords of all people from one address; default: 20 a minute
	Name        Limit // passwords for one name, wherever they are typed; default: 5 a minute
	Step        Limit // answers in one sign-in or of one person, or codes for one name; default: 5 a minute
	SendAddress Limit // messages with a code asked for by one address; default: 10 in 10 minutes
	SendName    Limit // messages with a code to one name; default: 3 in 10 minutes
}

func (l *Limits) complete() error {
	for _, item := range []struct {
		limit     *Limit
		otherwise Limit
	}{
		{&l.Address, Limit{20, time.Minute}},
		{&l.Name, Limit{5, time.Minute}},
		{&l.Step, Limit{5, time.Minute}},
		{&l.SendAddress, Limit{10, 10 * time.Minute}},
		{&l.SendName, Limit{3, 10 * time.Minute}},
	} {
		if *item.limit == (Limit{}) {
			*item.limit = item.otherwise
		}
		if item.limit.Tries <= 0 || item.limit.Per <= 0 {
			return errors.New("bff: Config.Limits has a Limit that is not positive")
		}
	}
	return nil
}

// A budget says which limits a request is counted against.
type budget int

const (
	unlimited budget = iota
	password         // a guess at a password, for a name
	answer           // a guess at a code, in a sign-in or by a person
	code             // a guess at a code that was sent to a name
	message          // a code is sent to a name
)

// limit counts a request about the person with a name, and returns a *tooManyTries if there were
// too many.
func (x *exchange) limit(of budget, name string) error {
	limits := &x.h.cfg.Limits
	address, whose := "address/"+network(x.address), "name/"+nameKey(name)
	if name == "" {
		whose = "step/" + x.limitSubject() // whom the browser's cookies identify
	}
	switch of {
	case password:
		return x.count("password/", []tries{{address, limits.Address}, {whose, limits.Name}})
	case answer:
		return x.count("answer/", []tries{{"step/" + x.limitSubject(), limits.Step}})
	case code: // by the name, because whoever guesses has as many cookies as they like
		return x.count("code/", []tries{{address, limits.Address}, {whose, limits.Step}})
	case message:
		return x.count("message/", []tries{{address, limits.SendAddress}, {whose, limits.SendName}})
	}
	return nil
}

// limitStart counts what the start of a sign-in, or of a step-up, is besides what its route is: it
// may have a code sent before anything is proved. The pool's triggers for custom challenges usually
// do so.
func (x *exchange) limitStart(in auth.SignInInput, name string) error {
	if in.AuthFlowType == auth.AuthFlowCustomWithoutSRP || sendsCode(string(in.PreferredChallenge)) {
		return x.limit(message, name)
	}
	return nil
}

// limitAnswer counts what the answer to a step is besides a guess in its sign-in: a password, or a
// choice that has a code sent.
func (x *exchange) limitAnswer(step auth.SignInStep, name string) error {
	if _, asked := step.(auth.ConfirmSignInWithPassword); asked {
		return x.limit(password, name)
	}
	if sendsCode(x.in["challengeResponse"]) {
		return x.limit(message, name)
	}
	return nil
}

// sendsCode reports whether Cognito sends a code when that first factor is chosen.
func sendsCode(choice string) bool {
	factor := auth.AuthFactorType(choice)
	return factor == auth.AuthFactorEmailOTP || factor == auth.AuthFactorSMSOTP
}

type tries struct {
	key string
	Limit
}

func (x *exchange) count(kind string, all []tries) error {
	for _, t := range all {
		wait, err := x.h.cfg.Limiter.Allow(x.r.Context(), kind+t.key, t.Tries, t.Per)
		if err != nil {
			return &unavailable{err}
		}
		if wait > 0 {
			x.report(EventRateLimited, "")
			return &tooManyTries{wait}
		}
	}
	return nil
}

// nameKey hides a name: people type passwords into the wrong field.
func nameKey(name string) string {
	sum := sha256.Sum256([]byte("bff/name/" + strings.ToLower(withoutBlanks(name))))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// withoutBlanks returns a name without what package auth may remove from it: two spellings of one
// name are not counted apart.
func withoutBlanks(name string) string {
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)
	}), "")
}

// network returns what is counted as one address.
func network(address netip.Addr) string {
	if address.Is6() {
		prefix, _ := address.Prefix(64) // of a valid address of that kind
		return prefix.String()
	}
	return address.String()
}

// tooManyTries is the error of a request that was not let through.
type tooManyTries struct{ wait time.Duration }

func (e *tooManyTries) Error() string { return "bff: too many tries" }

// unavailable is the error of something behind the handler that failed.
type unavailable struct{ err error }

func (e *unavailable) Error() string { return "bff: unavailable: " + e.err.Error() }
func (e *unavailable) Unwrap() error { return e.err }

// maxCounted bounds the keys that a MemoryLimiter keeps: about 100 bytes each.
const maxCounted = 100_000

// A MemoryLimiter is a [Limiter] for one process.
type MemoryLimiter struct {
	mu   sync.Mutex
	full map[string]time.Time // when all tries of a key are free again
}

// NewMemoryLimiter returns a MemoryLimiter that has counted nothing.
func NewMemoryLimiter() *MemoryLimiter { return &MemoryLimiter{full: map[string]time.Time{}} }

// Allow implements [Limiter].
func (l *MemoryLimiter) Allow(_ context.Context, key string, tries int, per time.Duration) (time.Duration, error) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.full) >= maxCounted {
		l.sweep(now)
	}
	one := per / time.Duration(tries)
	full := l.full[key]
	if full.Before(now) {
		full = now
	}
	if wait := full.Add(one).Sub(now) - per; wait > 0 {
		return wait, nil
	}
	l.full[key] = full.Add(one)
	return 0, nil
}

// sweep drops what has no effect any more and, if that is too little, what ends first.
func (l *MemoryLimiter) sweep(now time.Time) {
	for pass := time.Duration(0); len(l.full) >= maxCounted; pass = 2*pass + time.Second {
		for key, full := range l.full {
			if full.Before(now.Add(pass)) {
				delete(l.full, key)
			}
		}
	}
}
