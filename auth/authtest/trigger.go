package authtest

import (
	"maps"
)

// Triggers are the pool's Lambda triggers as Go functions. A nil trigger is not configured. A
// trigger reads the event's Request and fills in its Response; a field that it leaves empty is the
// same as a missing member in the answer of a Lambda function.
//
// If a trigger returns an error, the call fails with UserLambdaValidationException, whose message
// contains the text of the error. A panic becomes UnexpectedLambdaException. Triggers run in the
// goroutine that serves the request, without the pool's lock: they may call the pool, also over
// HTTP, and run concurrently if requests do.
type Triggers struct {
	// PreSignUp may refuse a sign-up, or confirm and verify it at once. It runs in SignUp and in
	// AdminCreateUser, which ignores the response.
	PreSignUp func(*PreSignUpEvent) error
	// PostConfirmation runs after a sign-up was confirmed or a forgotten password was replaced.
	PostConfirmation func(*PostConfirmationEvent) error
	// PreAuthentication may refuse a sign-in before any factor is checked.
	PreAuthentication func(*PreAuthenticationEvent) error
	// PostAuthentication runs before the tokens of a sign-in are issued.
	PostAuthentication func(*PostAuthenticationEvent) error
	// DefineAuthChallenge decides the next step of CUSTOM_AUTH.
	DefineAuthChallenge func(*DefineAuthChallengeEvent) error
	// CreateAuthChallenge creates the CUSTOM_CHALLENGE that DefineAuthChallenge asked for.
	CreateAuthChallenge func(*CreateAuthChallengeEvent) error
	// VerifyAuthChallenge checks the answer to a CUSTOM_CHALLENGE.
	VerifyAuthChallenge func(*VerifyAuthChallengeEvent) error
	// PreTokenGeneration may change the claims of the tokens, at sign-in and at every refresh.
	PreTokenGeneration func(*PreTokenGenerationEvent) error
	// UserMigration may import a user who is not in the pool, in USER_PASSWORD_AUTH and
	// ForgotPassword.
	UserMigration func(*UserMigrationEvent) error
	// CustomMessage may change the text of the messages that carry codes.
	CustomMessage func(*CustomMessageEvent) error
}

// An Event is the argument of a trigger. It marshals to the JSON that Cognito sends to a Lambda
// function.
type Event[Request, Response any] struct {
	Version       string        `json:"version"`
	TriggerSource string        `json:"triggerSource"`
	Region        string        `json:"region"`
	UserPoolID    string        `json:"userPoolId"`
	UserName      string        `json:"userName"`
	CallerContext CallerContext `json:"callerContext"`
	Request       Request       `json:"request"`
	Response      Response      `json:"response"`
}

// CallerContext describes who made the call for which a trigger runs.
type CallerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	// ClientID is the app client's id, or CLIENT_ID_NOT_APPLICABLE in an administrator's call.
	ClientID string `json:"clientId"`
}

// caller is on whose behalf a trigger runs, with the ClientMetadata that the call gives to it.
type caller struct {
	clientID string
	metadata map[string]string
}

// administrator is the caller of the signed operations.
func administrator(metadata map[string]string) caller {
	return caller{clientID: "CLIENT_ID_NOT_APPLICABLE", metadata: metadata}
}

// occasion describes why a trigger runs.
type occasion struct {
	// trigger is the trigger's name, source the TriggerSource of the event.
	trigger, source string
	username        string
	clientID        string
}

// lambdas runs the triggers of a pool.
type lambdas struct {
	mu       *poolLock
	identity identity
	triggers Triggers
}

// fire runs a trigger and returns its response. The caller holds the pool's lock, which fire
// releases while the trigger runs; what was looked up before may have changed afterwards.
func fire[Q, A any](l *lambdas, o occasion, run func(*Event[Q, A]) error, request Q) (A, error) {
	e := &Event[Q, A]{
		Version:       "1",
		TriggerSource: o.source,
		Region:        l.identity.region,
		UserPoolID:    l.identity.id,
		UserName:      o.username,
		CallerContext: CallerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: o.clientID},
		Request:       request,
	}
	var err error
	l.mu.unlocked(func() { err = o.guard(func() error { return run(e) }) })
	return e.Response, err
}

// guard turns errors and panics of a trigger into Cognito's errors.
func (o occasion) guard(run func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = refuse(codeUnexpectedLambda, "%s failed with error %v.", o.trigger, v)
		}
	}()
	if err := run(); err != nil {
		return refuse(codeUserLambdaValidation, "%s failed with error %v.", o.trigger, err)
	}
	return nil
}

// eventAttributes are the user's attributes as triggers see them.
func (u *user) eventAttributes() map[string]string {
	all := map[string]string{}
	if u.simulated {
		return all
	}
	maps.Copy(all, u.attributes)
	all[attrSub], all["cognito:user_status"] = u.sub, u.status
	return all
}
