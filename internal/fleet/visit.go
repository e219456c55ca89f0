package fleet

import (
	"context"
	"fmt"
	"io"
	"net/http/httptrace"
	"os"
	"sync"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A visit describes the work of a process for one person: to sign in, to wait, and then to answer
// the step that asks for a code or, without a step, to renew the tokens.
type visit struct {
	User, SessionKey string
	Ready            string // a file that the process makes when it waits; empty for none
}

// visited is the result of a visit.
type visited struct {
	Failure string // empty if all went well
	State   auth.SessionState
}

// make makes the visit. It waits until the input ends: with the code, or empty.
func (v visit) make(ctx context.Context, client *auth.Client, input io.Reader) visited {
	session := client.Session(v.SessionKey)
	err := v.goOn(ctx, session, input)
	if err == nil {
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	}
	status, statusErr := session.Status(ctx)
	result := visited{State: status.State}
	if err != nil || statusErr != nil {
		result.Failure = fmt.Sprint(err, ", ", statusErr)
	}
	return result
}

func (v visit) goOn(ctx context.Context, session *auth.Session, input io.Reader) error {
	if err := v.arrive(ctx, session); err != nil {
		return err
	}
	if v.Ready != "" {
		if err := os.WriteFile(v.Ready, nil, 0o600); err != nil {
			return err
		}
	}
	code, err := io.ReadAll(input)
	if err != nil || len(code) == 0 {
		return err
	}
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(code)})
	return err
}

// arrive begins a sign-in or, if somebody is signed in, makes a request. A process that says when it
// waits speaks HTTP/1: net/http then has its connections back, which is a moment after the answers.
func (v visit) arrive(ctx context.Context, session *auth.Session) error {
	if v.Ready != "" {
		var used sync.WaitGroup
		defer used.Wait()
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			GotConn:     func(httptrace.GotConnInfo) { used.Add(1) },
			PutIdleConn: func(error) { used.Done() },
		})
	}
	status, err := session.Status(ctx)
	switch {
	case err != nil:
		return err
	case status.State == auth.StateSignedIn:
		_, err = session.FetchUserAttributes(ctx)
	case status.State == auth.StateSignedOut:
		_, err = session.SignIn(ctx, auth.SignInInput{
			Username: v.User, Password: Password, AuthFlowType: auth.AuthFlowUserPassword,
		})
	}
	return err
}
