package auth

import "context"

// EventName says what happened.
type EventName string

// The events. Where Amplify's Hub has one, it is that name.
const (
	EventSignedIn            EventName = "signedIn"             // tokens were stored after a sign-in
	EventSignedOut           EventName = "signedOut"            // a session was forgotten by SignOut, also if nobody was signed in
	EventTokenRefresh        EventName = "tokenRefresh"         // renewed tokens were stored
	EventTokenRefreshFailure EventName = "tokenRefresh_failure" // a refresh failed for a reason that may pass; Err says why
	EventSessionExpired      EventName = "sessionExpired"       // a refresh was refused for good; Err says why. Amplify: tokenRefresh_failure
	EventDeviceRegistered    EventName = "deviceRegistered"     // a new device was registered. Not in Amplify
)

// An Event is something that happened to a session. It holds no secret.
type Event struct {
	Name       EventName
	SessionKey string // the key that Client.Session was given
	Err        error  // the cause of a failure; nil in the other events
}

// tell passes an event on to Config.OnEvent.
func (c *Client) tell(ctx context.Context, event Event) {
	if c.onEvent != nil {
		c.onEvent(context.WithoutCancel(ctx), event)
	}
}
