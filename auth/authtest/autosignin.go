package authtest

// The steps between a sign-up and the sign-in that follows it have sessions like challenges, under
// names that no answer can have.
const (
	stepSignedUp  = "sign-up"
	stepConfirmed = "confirmed sign-up"
)

// signUpSession returns the session that takes a sign-up to the next step, if the client can begin
// USER_AUTH.
func (r *registration) signUpSession(c *appClient, u *user) string {
	if !c.allows(flowUser) {
		return ""
	}
	step := stepConfirmed
	if u.status == statusUnconfirmed {
		step = stepSignedUp
	}
	return r.sessions.open(challengeSession{challenge: step, signIn: signIn{user: u, client: c}})
}

// checkSignUpSession checks the session of the user's sign-up if there is one: Amplify sends none.
func (r *registration) checkSignUpSession(c *appClient, u *user, token string) error {
	if token == "" {
		return nil
	}
	_, err := r.sessions.pendingAt(stepSignedUp, c, u, token)
	return err
}

// autoSignIn accepts a sign-up that was just confirmed as the first factor of the user's first
// sign-in.
func (o *authOperations) autoSignIn(in signIn, token string) (outcome, error) {
	s, err := o.sessions.pendingAt(stepConfirmed, in.client, in.user, token)
	switch {
	case err != nil:
		return outcome{}, err
	case in.signedIn:
		return outcome{}, notAuthorized(textInvalidSession)
	}
	s.used = true
	out, err := o.proceed(in)
	s.used = err == nil
	return out, err
}
