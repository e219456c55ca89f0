package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// screen calls asked when the tool asks whether to make the change.
type screen struct {
	bytes.Buffer

	asked func()
}

func (s *screen) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("Type yes")) {
		s.asked()
	}
	return s.Buffer.Write(p)
}

// administrated returns a pool with one user, who has an app, and a client for it.
func administrated(t *testing.T) (*authtest.Pool, *admin.Client) {
	t.Helper()
	pool, err := newPool()
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{
		Username: demo.Username, Password: demo.Password, TOTPSecret: demo.TOTPSecret, MFA: []string{"SOFTWARE_TOKEN_MFA"},
	}))
	client, err := clientOf(t.Context(), pool)
	require.NoError(t, err)
	return pool, client
}

// TestInterruptEndsTheQuestion: nobody has to answer it first.
func TestInterruptEndsTheQuestion(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		"mfa apply -mode REQUIRED", "recover -user alice -method NONE", "devices -user alice -forget all",
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			nobody, typing := io.Pipe()
			t.Cleanup(func() { require.NoError(t, typing.Close()) })
			program := tool{in: nobody, out: &screen{asked: cancel}, log: io.Discard}
			err := program.run(ctx, strings.Fields(command))
			require.ErrorIs(t, err, errUnconfirmed)
			assert.Equal(t, exitUnconfirmed, program.exit(err))
		})
	}
}

func TestARecoveryThatFailsIsAuditedWithItsUser(t *testing.T) {
	t.Parallel()
	for operation, steps := range map[string]string{
		"AdminGetUser":             "",
		"AdminUserGlobalSignOut":   "  to do: sign the person out everywhere\n  to do: forget the authenticator app\n",
		"AdminDeleteSoftwareToken": "  done: sign the person out everywhere\n  to do: forget the authenticator app\n",
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			pool, client := administrated(t)
			var log bytes.Buffer
			out := &screen{asked: func() { pool.Fail(authtest.Fault{Operation: operation, Code: "AccessDeniedException"}) }}
			program := tool{in: strings.NewReader("yes\n"), out: out, log: &log}
			in := admin.RecoverTOTPInput{Username: demo.Username, Method: admin.WithoutMFA}
			err := program.replaceApp(t.Context(), client, target{pool: pool.UserPoolID}, in, false)
			require.ErrorIs(t, err, admin.ErrAccessDenied)
			assert.Contains(t, log.String(), `"user":"alice"`)
			assert.Contains(t, log.String(), `"outcome":"failed: `)
			_, afterQuestion, _ := strings.Cut(out.String(), "Type yes to make the change: ")
			assert.Equal(t, steps, afterQuestion, "what the next sign-in asks for is not known")
		})
	}
}

// A change that fails half-way is completed and taken back with the commands that the tool prints.
func TestAChangeThatFailsHalfWayPrintsHowToGoOn(t *testing.T) {
	t.Parallel()
	for _, undo := range []bool{false, true} {
		pool, client := administrated(t)
		start, err := client.FetchMFAConfig(t.Context())
		require.NoError(t, err)
		pool.Fail(authtest.Fault{Operation: "SetUserPoolMfaConfig", Code: "ConcurrentModificationException"})
		var out, log bytes.Buffer
		program := tool{in: strings.NewReader(""), out: &out, log: &log}
		on := target{pool: pool.UserPoolID, profile: "staff", yes: true}
		in := admin.UpdateMFAConfigInput{
			Mode: admin.Required, TOTP: admin.SwitchOff, Devices: admin.TrackingOptIn,
			SMSSettings: admin.SMSSettings{Message: "It's {####}", ExternalID: "example"},
		}
		err = program.changeMFA(t.Context(), client, on, in, true)
		assert.Equal(t, exitFailed, program.exit(err))
		assert.Contains(t, out.String(), "Written: UpdateUserPool\n")
		assert.NotContains(t, log.String(), "Resume")

		printed := regexp.MustCompile(`(?m)^  admin mfa apply (.*)$`).FindAllStringSubmatch(out.String(), -1)
		require.Len(t, printed, 2)
		var again target
		var next admin.UpdateMFAConfigInput
		flags := flag.NewFlagSet("mfa apply", flag.ContinueOnError)
		again.register(flags)
		mfaFlags(flags, &next)
		command := map[bool]string{false: printed[0][1], true: printed[1][1]}[undo]
		require.NoError(t, flags.Parse(words(command)))
		assert.Equal(t, target{pool: pool.UserPoolID, profile: "staff"}, again)
		require.NoError(t, program.changeMFA(t.Context(), client, target{yes: true}, next, true))

		end, err := client.FetchMFAConfig(t.Context())
		require.NoError(t, err)
		if undo {
			assert.Equal(t, start, end)
			continue
		}
		assert.Equal(t, admin.Required, end.Mode)
		assert.False(t, end.TOTP)
		assert.Equal(t, admin.TrackingOptIn, end.Devices)
		assert.Equal(t, "It's {####}", end.SMSSettings.Message)
		assert.Equal(t, "example", end.SMSSettings.ExternalID)
	}
}

// words splits a command as a shell does.
func words(command string) []string {
	var all []string
	for _, word := range regexp.MustCompile(`('[^']*'|\\'|[^' ])+`).FindAllString(command, -1) {
		word = strings.ReplaceAll(word, `'\''`, "\x00")
		all = append(all, strings.ReplaceAll(strings.ReplaceAll(word, "'", ""), "\x00", "'"))
	}
	return all
}
