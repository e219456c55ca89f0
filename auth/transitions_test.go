package auth_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What may follow, in Cognito's terms.
var (
	// secondFactor is the stage of the second factor: a code, a choice, or a set-up.
	secondFactor = []string{
		"SMS_MFA",
		"EMAIL_OTP",
		"SOFTWARE_TOKEN_MFA",
		"SELECT_MFA_TYPE SMS",
		"SELECT_MFA_TYPE TOTP",
		"SELECT_MFA_TYPE EMAIL",
		"MFA_SETUP TOTP",
		"MFA_SETUP EMAIL",
		"MFA_SETUP choose TOTP",
		"MFA_SETUP choose EMAIL",
	}
	// finish is what stands in for the second factor, or comes after it.
	finish = []string{"DEVICE_SRP_AUTH", "TOKENS"}
	// afterPassword is what a right password leads to.
	afterPassword = slices.Concat([]string{"NEW_PASSWORD_REQUIRED"}, secondFactor, finish)
	// firstChoice is every choice of a first factor.
	firstChoice = []string{
		"SELECT_CHALLENGE EMAIL_OTP",
		"SELECT_CHALLENGE SMS_OTP",
		"SELECT_CHALLENGE WEB_AUTHN",
		"SELECT_CHALLENGE PASSWORD",
		"SELECT_CHALLENGE PASSWORD_SRP",
	}
	setUps = []string{"MFA_SETUP TOTP", "MFA_SETUP choose TOTP", "MFA_SETUP EMAIL", "MFA_SETUP choose EMAIL"}
)

// transitions are the legal ones, and why they are: what may come after each opening and each
// challenge.
var transitions = []struct {
	from, to []string
	source   string
}{
	{
		[]string{"USER_SRP_AUTH", "CUSTOM_WITH_SRP"},
		[]string{"PASSWORD_VERIFIER"},
		"API reference, InitiateAuth: SRP_A is answered with the other half",
	},
	{
		[]string{"USER_PASSWORD_AUTH", "USER_AUTH PASSWORD"},
		afterPassword,
		"developer guide, authentication flows: the order of the stages",
	},
	{
		[]string{"PASSWORD_VERIFIER", "PASSWORD", "SELECT_CHALLENGE PASSWORD"},
		afterPassword,
		"the same, with the password proved or sent later",
	},
	{[]string{"PASSWORD_VERIFIER"}, []string{"CUSTOM_CHALLENGE"}, "developer guide, custom challenges after SRP"},
	{
		[]string{"CUSTOM_WITHOUT_SRP"},
		[]string{"CUSTOM_CHALLENGE", "DEVICE_SRP_AUTH", "TOKENS"},
		"developer guide, DefineAuthChallenge: a challenge, or tokens at once",
	},
	{
		[]string{"CUSTOM_CHALLENGE"},
		[]string{"CUSTOM_CHALLENGE", "DEVICE_SRP_AUTH", "TOKENS"},
		"developer guide, DefineAuthChallenge: rounds",
	},
	{
		[]string{"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"},
		[]string{"CUSTOM_CHALLENGE"},
		"developer guide, custom challenges: MFA is put between the password and the first of them",
	},
	{[]string{"USER_AUTH"}, firstChoice, "API reference, USER_AUTH without a preference"},
	{
		[]string{"USER_AUTH EMAIL_OTP"},
		append([]string{"EMAIL_OTP"}, firstChoice...),
		"API reference, PREFERRED_CHALLENGE: it, or a choice if it cannot be had",
	},
	{[]string{"USER_AUTH SMS_OTP"}, append([]string{"SMS_OTP"}, firstChoice...), "the same"},
	{[]string{"USER_AUTH WEB_AUTHN"}, append([]string{"WEB_AUTHN"}, firstChoice...), "the same"},
	{[]string{"USER_AUTH PASSWORD"}, append([]string{"PASSWORD"}, firstChoice...), "the same"},
	{
		[]string{"USER_AUTH PASSWORD_SRP"},
		append([]string{"PASSWORD_VERIFIER", "PASSWORD_SRP"}, firstChoice...),
		"the same",
	},
	{
		[]string{"SELECT_CHALLENGE EMAIL_OTP"},
		[]string{"EMAIL_OTP"},
		"API reference, SELECT_CHALLENGE: the chosen challenge",
	},
	{[]string{"SELECT_CHALLENGE SMS_OTP"}, []string{"SMS_OTP"}, "the same"},
	{[]string{"SELECT_CHALLENGE WEB_AUTHN"}, []string{"WEB_AUTHN"}, "the same"},
	{
		[]string{"SELECT_CHALLENGE PASSWORD"},
		[]string{"PASSWORD"},
		"the same, from a server that does not look at the password yet",
	},
	{
		[]string{"SELECT_CHALLENGE PASSWORD_SRP"},
		[]string{"PASSWORD_VERIFIER", "PASSWORD_SRP"},
		"API reference, SELECT_CHALLENGE with SRP_A; and as above",
	},
	{[]string{"PASSWORD_SRP"}, []string{"PASSWORD_VERIFIER"}, "API reference, PASSWORD_SRP"},
	{[]string{"EMAIL_OTP", "SMS_OTP"}, finish, "developer guide, passwordless: no second factor after a code"},
	{
		[]string{"WEB_AUTHN"},
		slices.Concat(secondFactor, finish),
		"developer guide, passkeys: alone, or as one factor of two",
	},
	{
		[]string{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"},
		firstChoice,
		"the choice may come again after a first factor that did not do",
	},
	{
		[]string{"NEW_PASSWORD_REQUIRED"},
		slices.Concat(secondFactor, finish),
		"developer guide: the second factor comes after the new password",
	},
	{[]string{"SELECT_MFA_TYPE SMS"}, []string{"SMS_MFA"}, "API reference, SELECT_MFA_TYPE: the chosen challenge"},
	{[]string{"SELECT_MFA_TYPE TOTP"}, []string{"SOFTWARE_TOKEN_MFA"}, "the same"},
	{[]string{"SELECT_MFA_TYPE EMAIL"}, []string{"EMAIL_OTP"}, "the same"},
	{
		[]string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"},
		finish,
		"API reference, RespondToAuthChallenge; DEVICE_SRP_AUTH as Amplify expects it",
	},
	{
		[]string{"MFA_SETUP TOTP", "MFA_SETUP choose TOTP"},
		[]string{"TOKENS", "CUSTOM_CHALLENGE"},
		"API reference, MFA_SETUP: no second prompt",
	},
	{
		[]string{"MFA_SETUP EMAIL", "MFA_SETUP choose EMAIL"},
		[]string{"EMAIL_OTP"},
		"API reference, MFA_SETUP: a code to the new address",
	},
	{[]string{"DEVICE_SRP_AUTH"}, []string{"DEVICE_PASSWORD_VERIFIER"}, "developer guide, signing in with a device"},
	{
		[]string{"DEVICE_PASSWORD_VERIFIER"},
		slices.Concat(secondFactor, []string{"CUSTOM_CHALLENGE", "TOKENS"}),
		"developer guide, devices: tokens, or the second factor where the pool wants it all the same",
	},
	{
		slices.Concat([]string{"SELECT_MFA_TYPE SMS", "SELECT_MFA_TYPE TOTP", "SELECT_MFA_TYPE EMAIL"}, setUps,
			firstChoice),
		[]string{"DEVICE_SRP_AUTH"},
		"Amplify's dead ends: the device may have to prove itself after any challenge",
	},
	{[]string{"SELECT_CHALLENGE PASSWORD_SRP", "PASSWORD_SRP"}, []string{"TOKENS"}, "a server that wants no proof"},
	{everywhere(), []string{"SPHINX"}, "a challenge that is newer than the SDK may come at any time"},
	{[]string{"SPHINX"}, slices.Concat(interactive(), finish), "and anything may follow it"},
}

// interactive are all challenges that ask the person.
func interactive() []string {
	var names []string
	for name, n := range nodes {
		if len(n.asks) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// everywhere is all that something can follow.
func everywhere() []string {
	names := slices.Collect(maps.Keys(openings))
	for name, n := range nodes {
		if !n.tokens {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// edge is one transition.
type edge struct{ from, to string }

func edges() []edge {
	var all []edge
	add := func(e edge) {
		if !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	for _, t := range transitions {
		for _, from := range t.from {
			for _, to := range t.to {
				add(edge{from, to})
			}
		}
	}
	for _, name := range interactive() { // the same again, with another challenge session
		add(edge{name, name})
	}
	return all
}

// shortest is a shortest path along the edges to one of the goals, without the start; nil if there
// is none.
func shortest(all []edge, start string, goal func(string) bool, backwards bool) []string {
	queue := [][]string{{start}}
	seen := map[string]bool{start: true}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		at := path[len(path)-1]
		if goal(at) {
			return path[1:]
		}
		for _, e := range all {
			from, to := e.from, e.to
			if backwards {
				from, to = to, from
			}
			if from == at && !seen[to] {
				seen[to] = true
				queue = append(queue, append(slices.Clone(path), to))
			}
		}
	}
	return nil
}

// through is a whole sign-in that takes the edge, made of legal transitions alone.
func through(t *testing.T, all []edge, e edge) []string {
	t.Helper()
	isOpening := func(name string) bool { _, ok := openings[name]; return ok }
	before := shortest(all, e.from, isOpening, true)
	slices.Reverse(before)
	require.True(t, isOpening(append(slices.Clone(before), e.from)[0]), "nothing leads to %s", e.from)
	after := shortest(all, e.to, func(name string) bool { return name == "TOKENS" }, false)
	path := slices.Concat(before, []string{e.from, e.to}, after)
	require.Equal(t, "TOKENS", path[len(path)-1], "nothing leads on from %s", e.to)
	return path
}

// TestEveryTransition takes every legal transition once, in a sign-in from its beginning to the
// tokens. Only the Store carries state from one call to the next.
func TestEveryTransition(t *testing.T) {
	t.Parallel()
	all := edges()
	for name := range openings {
		assert.True(t, slices.ContainsFunc(all, func(e edge) bool { return e.from == name }), "%s leads nowhere", name)
	}
	for name := range nodes {
		assert.True(t, slices.ContainsFunc(all, func(e edge) bool { return e.to == name }), "nothing leads to %s", name)
	}
	var mu sync.Mutex
	taken := map[edge]bool{}
	t.Cleanup(func() {
		count := 0
		for _, e := range all {
			if assert.True(t, taken[e], "%s → %s was not taken", e.from, e.to) {
				count++
			}
		}
		t.Logf("%d of %d transitions taken, between %d openings and %d challenges", count, len(all), len(openings),
			len(nodes))
	})
	for _, e := range all {
		t.Run(e.from+" → "+e.to, func(t *testing.T) {
			t.Parallel()
			path := through(t, all, e)
			walk(t, path)
			mu.Lock()
			defer mu.Unlock()
			for i := range path[1:] {
				taken[edge{path[i], path[i+1]}] = taken[edge{path[i], path[i+1]}] || !t.Failed()
			}
		})
	}
}

func walk(t *testing.T, path []string) {
	t.Helper()
	newDialogue(t).run(playbook(t, path))
}

// TestLongSignIns goes through sign-ins with many steps.
func TestLongSignIns(t *testing.T) {
	t.Parallel()
	for _, path := range [][]string{
		{
			"USER_SRP_AUTH", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "MFA_SETUP choose EMAIL",
			"EMAIL_OTP", "MFA_SETUP TOTP",
			"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "TOKENS",
		},
		{
			"USER_SRP_AUTH", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "EMAIL_OTP", "MFA_SETUP TOTP",
			"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "TOKENS",
		},
		{"CUSTOM_WITHOUT_SRP", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "TOKENS"},
		{
			"CUSTOM_WITH_SRP", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA",
			"CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE",
			"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "TOKENS",
		},
		{
			"USER_AUTH", "SELECT_CHALLENGE PASSWORD", "SELECT_MFA_TYPE TOTP", "SOFTWARE_TOKEN_MFA", "DEVICE_SRP_AUTH",
			"DEVICE_PASSWORD_VERIFIER", "TOKENS",
		},
		{
			"USER_AUTH WEB_AUTHN", "WEB_AUTHN", "SELECT_CHALLENGE PASSWORD_SRP", "PASSWORD_VERIFIER",
			"NEW_PASSWORD_REQUIRED", "SPHINX",
			"SELECT_MFA_TYPE SMS", "SMS_MFA", "SMS_MFA", "TOKENS",
		},
	} {
		t.Run(strings.Join(path, " → "), func(t *testing.T) {
			t.Parallel()
			walk(t, path)
		})
	}
}
