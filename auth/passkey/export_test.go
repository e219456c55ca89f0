package passkey

// The readers of what comes from outside, for the fuzz tests.
var (
	CreationOptions      = creationOptions
	RegistrationResponse = registrationResponse
)
