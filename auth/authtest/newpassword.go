package authtest

import (
	"slices"
	"strings"
)

// newAttributePrefix marks the attributes in an answer to NEW_PASSWORD_REQUIRED.
const newAttributePrefix = "userAttributes."

func (a *authentication) askNewPassword(in signIn) outcome {
	missing := []string{}
	for _, name := range a.settings.cfg.RequiredAttributes {
		if in.attributes[name] == "" {
			missing = append(missing, newAttributePrefix+name)
		}
	}
	return a.ask(challengeSession{challenge: challengeNewPassword, signIn: in}, map[string]string{
		"requiredAttributes": jsonText(missing),
		"userAttributes":     jsonText(in.attributes),
	})
}

func (a *authentication) answerNewPassword(s *challengeSession, responses map[string]string) (outcome, error) {
	u := s.user
	given := map[string]string{}
	for key, value := range responses {
		if name, found := strings.CutPrefix(key, newAttributePrefix); found {
			given[name] = value
		}
	}
	if err := a.passwords.checkAnswered(u, responses["NEW_PASSWORD"]); err != nil {
		return outcome{}, err
	}
	if err := a.settings.checkNewUserAttributes(s.signIn, given); err != nil {
		return outcome{}, err
	}
	u.setAttributes(given)
	a.passwords.set(u, responses["NEW_PASSWORD"])
	in := s.signIn
	in.newPassword = true
	return a.proceed(in)
}

// checkNewUserAttributes requires the required attributes that are missing, and refuses those that
// exist.
func (st *settings) checkNewUserAttributes(in signIn, given map[string]string) error {
	for _, name := range slices.Concat(st.cfg.RequiredAttributes, st.cfg.UsernameAttributes) {
		_, again := given[name]
		switch {
		case again && in.attributes[name] != "":
			return notAuthorized("Cannot modify an already provided " + name)
		case given[name] == "" && in.attributes[name] == "" && slices.Contains(st.cfg.RequiredAttributes, name):
			return refuse(codeInvalidParameter, "Invalid attributes given, %s is missing", name)
		}
	}
	return st.checkClientAttributes(in.client, given, givenReport())
}
