package authtest

import (
	"maps"
)

// Triggers are the pool's Lambda triggers as Go functions. One that is nil is not configured. A
// trigger reads the event's Request and fills in its Response; what it leaves empty there is the
// same as a Lambda function's answer without that member.
//
// An error refuses the call that made the trigger run: the client gets
// UserLambdaValidationException, with the error's text in the message. A panic is an
// UnexpectedLambdaException. Triggers run in the goroutine that serves the request, without the
// pool's lock: they may call the pool, also over HTTP, and run concurrently if requests do.
type Triggers struct {
	// PreSignUp may refuse a sign-up, or confirm and verify it at once. It runs in SignUp and
	// AdminCreateUser; the latter takes no notice of the response.
	PreSignUp func(*PreSignUpEvent) error
	// PostConfirmation runs when a sign-up has been confirmed, or a forgotten password replaced.
	PostConfirmation func(*PostConfirmationEvent) error
	// PreAuthentication may refuse a sign-in before anything is proven.
	PreAuthentication func(*PreAuthenticationEvent) error
	// PostAuthentication runs before the tokens of a sign-in are made.
	PostAuthentication func(*PostAuthenticationEvent) error
	// DefineAuthChallenge decides what follows in CUSTOM_AUTH.
	DefineAuthChallenge func(*DefineAuthChallengeEvent) error
	// CreateAuthChallenge makes the CUSTOM_CHALLENGE that DefineAuthChallenge asked for.
	CreateAuthChallenge func(*CreateAuthChallengeEvent) error
	// VerifyAuthChallenge judges the answer to a CUSTOM_CHALLENGE.
	VerifyAuthChallenge func(*VerifyAuthChallengeEvent) error
	// PreTokenGeneration may change the claims of the tokens, at sign-in and at every refresh.
	PreTokenGeneration func(*PreTokenGenerationEvent) error
	// UserMigration may bring a user along who is not in the pool: in USER_PASSWORD_AUTH and
	// ForgotPassword.
	UserMigration func(*UserMigrationEvent) error
	// CustomMessage may word the messages that carry codes.
	CustomMessage func(*CustomMessageEvent) error
}

// An Event is what a trigger is called with. It marshals to the JSON that Cognito sends to a Lambda
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

// CallerContext says who made the call that a trigger runs for.
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

// occasion is what makes a trigger run.
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

// fire runs a trigger and returns its response. The caller holds the pool's lock, which the trigger
// runs without; whatever was looked up before may have changed afterwards.
func fire[Q, A any](l *lambdas, o occasion, run func(*Event[Q, A]) error, request Q) (A, error) {
	e := &Event[Q, A]{
		Version: "1", TriggerSource: o.source, Region: l.identity.region, UserPoolID: l.identity.id, UserName: o.username,
		CallerContext: CallerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: o.clientID}, Request: request,
	}
	var err error
	l.mu.unlocked(func() { err = o.guard(func() error { return run(e) }) })
	return e.Response, err
}

// guard turns what goes wrong in a trigger into Cognito's errors.
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
