package authtest

import "maps"

// PreAuthenticationEvent is what PreAuthentication is called with.
type PreAuthenticationEvent = Event[PreAuthenticationRequest, struct{}]

// PreAuthenticationRequest describes who begins to sign in. ValidationData is the ClientMetadata of InitiateAuth. UserNotFound is
// only ever true where the client hides who exists.
type PreAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData,omitempty"`
	UserNotFound   bool              `json:"userNotFound,omitempty"`
}

// PostAuthenticationEvent is what PostAuthentication is called with.
type PostAuthenticationEvent = Event[PostAuthenticationRequest, struct{}]

// PostAuthenticationRequest describes who has signed in. ClientMetadata is that of RespondToAuthChallenge; a sign-in that ends with
// InitiateAuth has none. NewDeviceUsed says that a pool which tracks devices has not seen this one.
type PostAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	NewDeviceUsed  bool              `json:"newDeviceUsed"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// caller is on whose behalf the sign-in's triggers run.
func (in signIn) caller() caller {
	return caller{clientID: in.client.id, metadata: in.metadata}
}

func (in signIn) occasion(trigger, source string) occasion {
	return occasion{trigger: trigger, source: source, username: in.username, clientID: in.client.id}
}

func (p *Pool) preAuthentication(in signIn, metadata map[string]string) error {
	run := p.cfg.Triggers.PreAuthentication
	if run == nil {
		return nil
	}
	_, err := fire(p, in.occasion("PreAuthentication", "PreAuthentication_Authentication"), run, PreAuthenticationRequest{
		UserAttributes: in.eventAttributes(), ValidationData: maps.Clone(metadata), UserNotFound: in.simulated,
	})
	return err
}

func (p *Pool) postAuthentication(in signIn) error {
	run := p.cfg.Triggers.PostAuthentication
	if run == nil {
		return nil
	}
	_, err := fire(p, in.occasion("PostAuthentication", "PostAuthentication_Authentication"), run, PostAuthenticationRequest{
		UserAttributes: in.eventAttributes(), NewDeviceUsed: p.cfg.Devices != DevicesOff && p.presented(in) == nil,
		ClientMetadata: maps.Clone(in.metadata),
	})
	return err
}
