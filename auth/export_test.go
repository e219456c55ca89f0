package auth

// The readers of what comes from outside, for the fuzz tests.
var (
	CheckRequestOptions = checkRequestOptions
	CheckCredential     = checkCredential
)
