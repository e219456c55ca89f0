package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// reader is a person who types the code in the newest message, each time that a line is wanted.
type reader struct{ pool *authtest.Pool }

func (r reader) Read(p []byte) (int, error) {
	code := ""
	for _, request := range r.pool.Requests() {
		if request.Operation != "SignUp" && request.Operation != "ForgotPassword" {
			continue
		}
		for _, created := range r.pool.Requests() {
			id, _ := created.Body["UserPoolId"].(string)
			if created.Operation == "CreateUserPoolClient" && r.pool.Pool(id) != nil {
				code = r.pool.Pool(id).LastCode(text(request.Body["Username"]))
			}
		}
	}
	return copy(p, code+"\n"), nil
}

// TestMailbox: a person reads the messages, of one check at a time.
func TestMailbox(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var out bytes.Buffer
	err := run(t.Context(), []string{"-endpoint", s.URL, "-yes", "-run", "^mail/", "-mailbox", "me@example.com"},
		newTerminal(reader{s.Pool}, &out))
	require.NoError(t, err, out.String())
	require.Equal(t, 2, strings.Count(out.String(), "The code in the newest message: "))
	require.Contains(t, out.String(), "3 as the pool here")
}
