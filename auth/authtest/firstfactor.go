package authtest

import (
	"slices"
)

// firstFactor is one way to begin USER_AUTH.
type firstFactor struct {
	// proof is the parameter that may come along with the choice and saves a challenge, or "".
	proof string
	// available reports whether the user could begin with it now.
	available func(fp factorPolicy, u *user) bool
	// ask returns the challenge, or judges the proof where one came along. It is called with the
	// pool's lock held.
	ask func(a *authentication, in firstChoice, proof string) (outcome, error)
}

// firstChoice is a sign-in whose first factor has been chosen from those available.
type firstChoice struct {
	signIn
	available []string
}

// session is that of a challenge which leaves the choice open.
func (in firstChoice) session(challenge string) challengeSession {
	return challengeSession{challenge: challenge, signIn: in.signIn, choices: in.available, unnamed: true}
}

func firstFactors() map[string]firstFactor {
	return map[string]firstFactor{
		challengePassword: {
			proof:     "PASSWORD",
			available: factorPolicy.knowsPassword,
			ask:       (*authentication).askPassword,
		},
		challengePasswordSRP: {
			proof:     "SRP_A",
			available: factorPolicy.knowsPassword,
			ask:       (*authentication).askPasswordSRP,
		},
		challengeEmail: {available: reachable(challengeEmail, attrEmail), ask: askOTP(challengeEmail, attrEmail)},
		challengeSMSOTP: {
			available: reachable(challengeSMSOTP, attrPhone),
			ask:       askOTP(challengeSMSOTP, attrPhone),
		},
		factorWebAuthn: {available: factorPolicy.hasUsablePasskey, ask: (*authentication).askPasskey},
	}
}

// firstFactorNames are the first factors in the order in which AvailableChallenges names them.
func firstFactorNames() []string {
	return []string{challengePassword, challengePasswordSRP, challengeEmail, challengeSMSOTP, factorWebAuthn}
}

func (c Config) checkFirstFactors() error {
	if !slices.Contains(c.AllowedFirstAuthFactors, challengePassword) {
		return badField("AllowedFirstAuthFactors", "%s is missing", challengePassword)
	}
	return nil
}

func (a *authentication) askPassword(in firstChoice, proof string) (outcome, error) {
	if proof == "" {
		return a.ask(in.session(challengePassword), map[string]string{}), nil
	}
	return a.tryPassword(in.signIn, proof)
}

func (a *authentication) answerPassword(s *challengeSession, responses map[string]string) (outcome, error) {
	return a.tryPassword(s.signIn, responses["PASSWORD"])
}

func (a *authentication) askPasswordSRP(in firstChoice, proof string) (outcome, error) {
	if proof == "" {
		return a.ask(in.session(challengePasswordSRP), map[string]string{}), nil
	}
	return a.beginBoundSRP(in.signIn, proof)
}

func (a *authentication) answerPasswordSRP(s *challengeSession, responses map[string]string) (outcome, error) {
	return a.beginBoundSRP(s.signIn, responses["SRP_A"])
}

// beginBoundSRP answers the SRP_A of a sign-in that has a session.
func (a *authentication) beginBoundSRP(in signIn, srpA string) (outcome, error) {
	clientPublic, err := a.passwords.group.parsePublic(srpA)
	if err != nil {
		return outcome{}, err
	}
	return a.askPasswordVerifier(in, clientPublic, true), nil
}

// otpLength is the length of a code that replaces a password. Codes of a second factor are shorter.
const otpLength = 8

func askOTP(factor, attribute string) func(*authentication, firstChoice, string) (outcome, error) {
	return func(a *authentication, in firstChoice, _ string) (outcome, error) {
		return a.askCode(challengeSession{
			challenge: factor,
			signIn:    in.signIn,
			attribute: attribute,
			address:   in.attributes[attribute],
			unnamed:   true,
		}, otpLength)
	}
}

// beginUserAuth offers the first factors of the user, or begins with the one that the client
// prefers if the user has it.
func (o *authOperations) beginUserAuth(b beginning) (outcome, error) {
	preferred := b.parameters["PREFERRED_CHALLENGE"]
	if preferred != "" && !slices.Contains(firstFactorNames(), preferred) {
		return outcome{}, malformed(
			codeInvalidParameter,
			"PREFERRED_CHALLENGE is not one of %s",
			jsonText(firstFactorNames()),
		)
	}
	in, err := o.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	in.userAuth = true
	if err := in.checkStatus(); err != nil {
		return outcome{}, err
	}
	if b.session != "" {
		return o.autoSignIn(in, b.session)
	}
	choice := firstChoice{signIn: in, available: o.settings.factors().availableFactors(in.user)}
	switch {
	case len(choice.available) == 0:
		return outcome{}, notAuthorized("User has no first factor that the pool allows.")
	case slices.Contains(choice.available, preferred):
		return o.askPreferred(choice, preferred, b.parameters)
	}
	out := o.ask(choice.session(challengeSelect), map[string]string{})
	out.available = choice.available
	return out, nil
}

func (o *authOperations) askPreferred(in firstChoice, preferred string, parameters map[string]string) (outcome, error) {
	f := firstFactors()[preferred]
	out, err := f.ask(o.authentication, in, parameters[f.proof])
	if f.proof == "" && err == nil {
		out.available = in.available
	}
	return out, err
}

// answerSelect begins with the factor that the user chose, and with its proof where that came
// along.
func (a *authentication) answerSelect(s *challengeSession, responses map[string]string) (outcome, error) {
	chosen := responses["ANSWER"]
	if !slices.Contains(s.choices, chosen) {
		return outcome{}, refuse(codeInvalidParameter, "ANSWER is not one of %s", jsonText(s.choices))
	}
	f := firstFactors()[chosen]
	return f.ask(a, firstChoice{signIn: s.signIn, available: s.choices}, responses[f.proof])
}
