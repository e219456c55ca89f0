package main

// Answers that many checks expect.
const (
	tokens            = "tokens{AccessToken ExpiresIn IdToken RefreshToken TokenType} ChallengeParameters"
	tokensOfNewDevice = "tokens{AccessToken ExpiresIn IdToken NewDeviceMetadata RefreshToken TokenType}" +
		" ChallengeParameters"
	// By REFRESH_TOKEN_AUTH, and by GetTokensFromRefreshToken without and with rotation.
	refreshed = "tokens{AccessToken ExpiresIn IdToken TokenType} ChallengeParameters"
	renewed   = "tokens{AccessToken ExpiresIn IdToken TokenType}"
	rotated   = "tokens{AccessToken ExpiresIn IdToken RefreshToken TokenType}"
	done      = "{}"

	passwordVerifier = "PASSWORD_VERIFIER{SALT SECRET_BLOCK SRP_B USERNAME USER_ID_FOR_SRP}"
	appChallenge     = "SOFTWARE_TOKEN_MFA{USER_ID_FOR_SRP} Session"
	deviceChallenge  = "DEVICE_SRP_AUTH{} Session"

	wrongPassword  = "NotAuthorizedException: Incorrect username or password."
	wrongCode      = "CodeMismatchException: Invalid code received for user"
	invalidSession = "NotAuthorizedException: Invalid session for the user."
	invalidRefresh = "NotAuthorizedException: Invalid Refresh Token."
	userDisabled   = "NotAuthorizedException: User is disabled."
	userUnknown    = "UserNotFoundException: User does not exist."

	didNotConform  = "InvalidPasswordException: Password did not conform with policy: "
	doesNotConform = "InvalidPasswordException: Password does not conform to policy: "
	badCode        = "InvalidParameterException: 1 validation error detected: Value at 'confirmationCode' failed to " +
		`satisfy constraint: Member must satisfy regular expression pattern: [\S]+`
)
