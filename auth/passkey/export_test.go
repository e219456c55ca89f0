package passkey

// The decoders of outside data, for the fuzz tests.
var (
	CreationOptions      = creationOptions
	RegistrationResponse = registrationResponse
)
