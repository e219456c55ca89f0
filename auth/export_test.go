package auth

// Checks of outside data, exported for the fuzz tests.
var (
	CheckRequestOptions = checkRequestOptions
	CheckCredential     = checkCredential
)
