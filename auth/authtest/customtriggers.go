package authtest

// ChallengeResult is one step of a CUSTOM_AUTH sign-in that lies behind.
type ChallengeResult struct {
	// ChallengeName is SRP_A, PASSWORD_VERIFIER, a second factor or CUSTOM_CHALLENGE.
	ChallengeName   string `json:"challengeName"`
	ChallengeResult bool   `json:"challengeResult"`
	// ChallengeMetadata is what CreateAuthChallenge called its challenge.
	ChallengeMetadata string `json:"challengeMetadata,omitempty"`
}

// DefineAuthChallengeEvent is what DefineAuthChallenge is called with.
type DefineAuthChallengeEvent = Event[DefineAuthChallengeRequest, DefineAuthChallengeResponse]

// DefineAuthChallengeRequest says how far the sign-in has come. Session is empty at first. ClientMetadata is that of
// RespondToAuthChallenge, also in the other two triggers of CUSTOM_AUTH. UserNotFound is only ever true where the client hides who
// exists.
type DefineAuthChallengeRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	Session        []ChallengeResult `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   bool              `json:"userNotFound,omitempty"`
}

// DefineAuthChallengeResponse says what follows: the tokens, the end, or a challenge. ChallengeName is CUSTOM_CHALLENGE, or
// PASSWORD_VERIFIER right after SRP_A.
type DefineAuthChallengeResponse struct {
	ChallengeName      string `json:"challengeName"`
	IssueTokens        bool   `json:"issueTokens"`
	FailAuthentication bool   `json:"failAuthentication"`
}

// CreateAuthChallengeEvent is what CreateAuthChallenge is called with.
type CreateAuthChallengeEvent = Event[CreateAuthChallengeRequest, CreateAuthChallengeResponse]

// CreateAuthChallengeRequest is the request for a challenge.
type CreateAuthChallengeRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ChallengeName  string            `json:"challengeName"`
	Session        []ChallengeResult `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   bool              `json:"userNotFound,omitempty"`
}

// CreateAuthChallengeResponse is a challenge. The client gets PublicChallengeParameters, VerifyAuthChallenge the private ones.
type CreateAuthChallengeResponse struct {
	PublicChallengeParameters  map[string]string `json:"publicChallengeParameters"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeMetadata          string            `json:"challengeMetadata"`
}

// VerifyAuthChallengeEvent is what VerifyAuthChallenge is called with.
type VerifyAuthChallengeEvent = Event[VerifyAuthChallengeRequest, VerifyAuthChallengeResponse]

// VerifyAuthChallengeRequest is an answer to judge.
type VerifyAuthChallengeRequest struct {
	UserAttributes             map[string]string `json:"userAttributes"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeAnswer            string            `json:"challengeAnswer"`
	ClientMetadata             map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound               bool              `json:"userNotFound,omitempty"`
}

// VerifyAuthChallengeResponse is the judgement. A wrong answer is no error: DefineAuthChallenge decides what it leads to.
type VerifyAuthChallengeResponse struct {
	AnswerCorrect bool `json:"answerCorrect"`
}
