package authtest

import "slices"

// beginUserAuth lets the user choose how to begin, or begins with what the client prefers if the user has that.
func (p *Pool) beginUserAuth(b beginning) (outcome, error) {
	preferred := b.parameters["PREFERRED_CHALLENGE"]
	if preferred != "" && !slices.Contains(firstFactorNames(), preferred) {
		return outcome{}, malformed(codeInvalidParameter, "PREFERRED_CHALLENGE is not one of %s", jsonText(firstFactorNames()))
	}
	in, err := p.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	if err := in.checkStatus(); err != nil {
		return outcome{}, err
	}
	if b.session != "" {
		return p.autoSignIn(in, b.session)
	}
	choice := firstChoice{signIn: in, available: p.availableFactors(in.user)}
	switch {
	case len(choice.available) == 0:
		return outcome{}, notAuthorized("User has no first factor that the pool allows.")
	case slices.Contains(choice.available, preferred):
		return p.askPreferred(choice, preferred, b.parameters)
	}
	out := p.ask(choice.session(challengeSelect), map[string]string{})
	out.available = choice.available
	return out, nil
}

func (p *Pool) askPreferred(in firstChoice, preferred string, parameters map[string]string) (outcome, error) {
	f := firstFactors()[preferred]
	out, err := f.ask(p, in, parameters[f.proof])
	if f.proof == "" && err == nil {
		out.available = []string{preferred}
	}
	return out, err
}

// answerSelect begins with the factor that the user chose, and with its proof where that came along.
func (p *Pool) answerSelect(s *challengeSession, responses map[string]string) (outcome, error) {
	chosen := responses["ANSWER"]
	if !slices.Contains(s.choices, chosen) {
		return outcome{}, refuse(codeInvalidParameter, "ANSWER is not one of %s", jsonText(s.choices))
	}
	f := firstFactors()[chosen]
	return f.ask(p, firstChoice{signIn: s.signIn, available: s.choices}, responses[f.proof])
}
