package main

// Answers that many checks expect.
const (
	tokens            = "tokens{AccessToken ExpiresIn IdToken RefreshToken TokenType} ChallengeParameters"
	tokensOfNewDevice = "tokens{AccessToken ExpiresIn IdToken NewDeviceMetadata RefreshToken TokenType} ChallengeParameters"
	refreshed         = "tokens{AccessToken ExpiresIn IdToken TokenType} ChallengeParameters" // by REFRESH_TOKEN_AUTH
	renewed           = "tokens{AccessToken ExpiresIn IdToken TokenType}"                     // by GetTokensFromRefreshToken
	rotated           = "tokens{AccessToken ExpiresIn IdToken RefreshToken TokenType}"
	done              = "{}"

	passwordVerifier = "PASSWORD_VERIFIER{SALT SECRET_BLOCK SRP_B USERNAME USER_ID_FOR_SRP}"
	appChallenge     = "SOFTWARE_TOKEN_MFA{USER_ID_FOR_SRP} Session"
	deviceChallenge  = "DEVICE_SRP_AUTH{} Session"

	wrongPassword  = "NotAuthorizedException: Incorrect username or password."
	wrongCode      = "CodeMismatchException: Invalid code received for user"
	invalidSession = "NotAuthorizedException: Invalid session for the user."
	invalidRefresh = "NotAuthorizedException: Invalid Refresh Token."
	userDisabled   = "NotAuthorizedException: User is disabled."
	userUnknown    = "UserNotFoundException: User does not exist."
)
