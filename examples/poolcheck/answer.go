package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// answer is what the service answered to one request.
type answer struct {
	operation string
	status    int
	header    http.Header
	members   map[string]any
}

// code is the name of the error, or empty.
func (a answer) code() string {
	if a.status < http.StatusMultipleChoices {
		return ""
	}
	code := text(a.members["__type"])
	if code == "" {
		return fmt.Sprintf("HTTP %d", a.status)
	}
	return code
}

// isDenial reports whether AWS refused the credentials, before Cognito saw the request.
func (a answer) isDenial() bool {
	return slices.Contains([]string{
		"AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException",
		"IncompleteSignatureException", "MissingAuthenticationTokenException", "InvalidClientTokenId",
	}, a.code())
}

// String is the notation in which answers are compared. It shows everything but the values that
// differ in each sign-in:
//
//	CodeMismatchException: Invalid code received for user
//	SOFTWARE_TOKEN_MFA{FRIENDLY_DEVICE_NAME USER_ID_FOR_SRP} Session
//	SELECT_CHALLENGE{} Session [PASSWORD PASSWORD_SRP]
//	tokens{AccessToken ExpiresIn IdToken RefreshToken TokenType} ChallengeParameters
//	{CodeDeliveryDetails}
func (a answer) String() string {
	switch {
	case a.code() != "":
		return a.refusal()
	case a.members["ChallengeName"] != nil:
		return a.challenge()
	case a.members["AuthenticationResult"] != nil:
		return "tokens{" + names(a.object("AuthenticationResult")) + "}" + a.beside("AuthenticationResult")
	default:
		return "{" + names(a.members) + "}"
	}
}

// refusal also shows a status that is not 400.
func (a answer) refusal() string {
	message := text(a.members["message"])
	if message == "" {
		message = text(a.members["Message"])
	}
	if a.status != http.StatusBadRequest {
		message = strings.TrimSpace(fmt.Sprintf("%s (status %d)", message, a.status))
	}
	return strings.TrimSuffix(a.code()+": "+strings.ReplaceAll(message, "\n", `\n`), ": ")
}

func (a answer) challenge() string {
	shown := text(a.members["ChallengeName"]) + "{" + names(a.object("ChallengeParameters")) + "}" +
		a.beside("ChallengeName", "ChallengeParameters", "AvailableChallenges")
	if available, ok := a.members["AvailableChallenges"].([]any); ok && len(available) > 0 {
		shown += " [" + strings.Join(sorted(available), " ") + "]"
	}
	return shown
}

// beside lists the top-level members that are not among those shown already.
func (a answer) beside(shown ...string) string {
	rest := maps.Clone(a.members)
	for _, name := range shown {
		delete(rest, name)
	}
	if len(rest) == 0 {
		return ""
	}
	return " " + names(rest)
}

// object is a member that is a JSON object.
func (a answer) object(name string) map[string]any {
	object, _ := a.members[name].(map[string]any)
	return object
}

// parameter is one of the ChallengeParameters.
func (a answer) parameter(name string) string { return text(a.object("ChallengeParameters")[name]) }

// parameters are the ChallengeParameters.
func (a answer) parameters() map[string]string {
	all := map[string]string{}
	for name, value := range a.object("ChallengeParameters") {
		all[name] = text(value)
	}
	return all
}

// token is a member of the AuthenticationResult.
func (a answer) token(name string) string { return text(a.object("AuthenticationResult")[name]) }

// device is a member of the NewDeviceMetadata.
func (a answer) device(name string) string {
	metadata, _ := a.object("AuthenticationResult")["NewDeviceMetadata"].(map[string]any)
	return text(metadata[name])
}

// as is a challenge of another name with the same session.
func (a answer) as(challenge string) answer {
	return answer{members: map[string]any{"ChallengeName": challenge, "Session": a.members["Session"]}}
}

// session is the challenge session.
func (a answer) session() string { return text(a.members["Session"]) }

func text(value any) string {
	s, _ := value.(string)
	return s
}

// names are the keys in order.
func names(members map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(members)), " ")
}

func sorted(list []any) []string {
	words := make([]string, 0, len(list))
	for _, item := range list {
		words = append(words, fmt.Sprint(item))
	}
	slices.Sort(words)
	return words
}

// then joins what was seen one after the other.
func then(seen ...any) string {
	shown := make([]string, 0, len(seen))
	for _, s := range seen {
		shown = append(shown, fmt.Sprint(s))
	}
	return strings.Join(shown, "; then ")
}
