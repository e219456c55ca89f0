package terminal_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

const (
	password = "Correct-Horse-7-Battery"
	newer    = "Newer-Horse-8-Battery"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// script is a Prompter that answers in the order of the questions, and writes down what a person
// sees. A question that is not the next one fails the test.
type script struct {
	t       *testing.T
	screen  terminal.Screen
	answers []answer
	asked   []terminal.Question

	mu   sync.Mutex
	seen strings.Builder
}

// answer is what a person types when asked a question.
type answer struct {
	to    texts.ID
	types func(terminal.Question) string
}

func reply(to texts.ID, text string) answer {
	return answer{to, func(terminal.Question) string { return text }}
}

func replyFrom(to texts.ID, f func(terminal.Question) string) answer { return answer{to, f} }

func newScript(t *testing.T, answers ...answer) *script {
	s := &script{t: t, screen: terminal.Screen{Columns: 80, Rows: 24, UTF8: true}, answers: answers}
	t.Cleanup(func() {
		if !t.Failed() {
			require.Empty(t, s.answers, "not asked; seen:\n%s", s.transcript())
		}
	})
	return s
}

func (s *script) Ask(ctx context.Context, q terminal.Question) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
	require.NotEmpty(s.t, s.answers, "nobody answers %s; seen:\n%s", q.ID, &s.seen)
	next := s.answers[0]
	require.Equal(s.t, next.to, q.ID, "seen:\n%s", &s.seen)
	s.answers = s.answers[1:]
	text := next.types(q)
	if text == ctrlC {
		return "", terminal.ErrInterrupted
	}
	shown := text
	if q.Secret {
		shown = ""
	}
	if q.Default != "" {
		q.Label += " [" + q.Default + "]"
	}
	fmt.Fprintf(&s.seen, "%s: %s\n", q.Label, shown)
	return text, nil
}

const ctrlC = "\x03"

func (s *script) Tell(_ context.Context, line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(&s.seen, line)
	return nil
}

func (s *script) Screen() terminal.Screen { return s.screen }

func (s *script) transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.String()
}

func newPool(t *testing.T, cfg authtest.Config, users ...authtest.User) *authtest.Pool {
	t.Helper()
	cfg.OnViolation = func(err error) { t.Error("the pool got a malformed request:", err) }
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, user := range users {
		require.NoError(t, pool.AddUser(user))
	}
	return pool
}

func newSession(t *testing.T, pool *authtest.Pool, store auth.Store) *auth.Session {
	t.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	return client.Session("default")
}

func options(s *script) terminal.Options {
	english := texts.English()
	return terminal.Options{AppName: "acme", Prompter: s, Texts: &english}
}

// appCode returns the code that an authenticator app shows for a secret.
func appCode(t *testing.T, pool *authtest.Pool, secret string) string {
	t.Helper()
	code, err := authtest.TOTPCode(secret, pool.Now())
	require.NoError(t, err)
	return code
}
