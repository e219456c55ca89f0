package auth

import "context"

// An EventName is the kind of an [Event].
type EventName string

// The kinds of events, by the names of Amplify's Hub where it has them.
const (
	// EventSignedIn: tokens were stored after a sign-in.
	EventSignedIn EventName = "signedIn"
	// EventReauthenticated: the person who was signed in has proved it again, and tokens were
	// stored. Not in Amplify.
	EventReauthenticated EventName = "reauthenticated"
	// EventSignedOut: SignOut removed a session, even if nobody was signed in.
	EventSignedOut EventName = "signedOut"
	// EventTokenRefresh: renewed tokens were stored.
	EventTokenRefresh EventName = "tokenRefresh"
	// EventTokenRefreshFailure: a refresh failed for a reason that may pass; Err is the reason.
	EventTokenRefreshFailure EventName = "tokenRefresh_failure"
	// EventStoreFailure: the Store did not take what a refresh has to save; Err is the reason.
	// Either the refresh was not begun, or its result is kept in memory and saved later. Not in
	// Amplify.
	EventStoreFailure EventName = "storeFailure"
	// EventSessionExpired: Cognito refused a refresh, or another request of the user, for good; Err
	// is the reason. Amplify: tokenRefresh_failure.
	EventSessionExpired EventName = "sessionExpired"
	// EventSignInWithRedirect: tokens were stored after a managed login. [EventSignedIn] follows.
	EventSignInWithRedirect EventName = "signInWithRedirect"
	// EventSignInWithRedirectFailure: CompleteSignInWithRedirect failed; Err is the reason.
	EventSignInWithRedirectFailure EventName = "signInWithRedirect_failure"
	// EventCustomOAuthState: a managed login that was begun with a CustomState succeeded.
	// [EventSignInWithRedirect] follows.
	EventCustomOAuthState EventName = "customOAuthState"
	// EventDeviceRegistered: a new device was registered. Not in Amplify.
	EventDeviceRegistered EventName = "deviceRegistered"
)

// An Event reports what happened to a session. It holds no secret.
type Event struct {
	Name       EventName
	SessionKey string // the key passed to Client.Session
	Err        error  // the reason of a failure; nil otherwise
	// CustomState is what SignInWithRedirect was given, with [EventCustomOAuthState].
	CustomState string
}

// tellStoreFailure reports a failure of the Store during a refresh; it ignores every other error.
func (s *Session) tellStoreFailure(ctx context.Context, verb string, err error) {
	if storeFailed(err) {
		s.client.tell(ctx, Event{Name: EventStoreFailure, SessionKey: s.key, Err: inVerb(verb, err)})
	}
}

// tell passes event to Config.OnEvent.
func (c *Client) tell(ctx context.Context, event Event) {
	if c.onEvent != nil {
		c.onEvent(context.WithoutCancel(ctx), event)
	}
}
