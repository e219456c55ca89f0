package scenario

import (
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// triggerSets returns the triggers that a scenario can name.
func triggerSets() map[string]authtest.Triggers {
	return map[string]authtest.Triggers{
		"":                {},
		"quiz":            quiz(1),
		"three rounds":    quiz(3),
		"confirm at once": {PreSignUp: confirmAtOnce},
	}
}

func triggersNamed(name string) (authtest.Triggers, error) {
	set, ok := triggerSets()[name]
	if !ok {
		return set, fmt.Errorf("no triggers are named %q", name)
	}
	return set, nil
}

// quiz asks until the given number of answers were "yes", and fails at the third other answer. A
// client that begins with SRP_A must prove the password first.
func quiz(rounds int) authtest.Triggers {
	return authtest.Triggers{
		DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
			right, wrong, last := 0, 0, ""
			for _, result := range e.Request.Session {
				last = result.ChallengeName
				switch {
				case last != "CUSTOM_CHALLENGE":
				case result.ChallengeResult:
					right++
				default:
					wrong++
				}
			}
			e.Response.IssueTokens, e.Response.FailAuthentication = right == rounds, wrong == 3
			e.Response.ChallengeName = "CUSTOM_CHALLENGE"
			if last == "SRP_A" {
				e.Response.ChallengeName = "PASSWORD_VERIFIER"
			}
			return nil
		},
		CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
			question := fmt.Sprintf("round %d?", len(e.Request.Session)+1)
			e.Response.PublicChallengeParameters = map[string]string{"question": question}
			return nil
		},
		VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
			e.Response.AnswerCorrect = e.Request.ChallengeAnswer == "yes"
			return nil
		},
	}
}

func confirmAtOnce(e *authtest.PreSignUpEvent) error {
	e.Response.AutoConfirmUser = true
	return nil
}
