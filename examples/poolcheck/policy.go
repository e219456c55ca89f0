package main

import (
	_ "embed"
	"slices"
)

// policy is the IAM policy of least rights for a run on AWS.
//
//go:embed policy.json
var policy string

// signedOperations are those that the program signs with AWS credentials: all others need none.
// Each is allowed by the policy.
func signedOperations() []string {
	return []string{
		"AdminCreateUser", "AdminDeleteUser", "AdminDisableUser", "AdminForgetDevice", "AdminGetUser",
		"AdminInitiateAuth", "AdminListDevices", "AdminResetUserPassword", "AdminSetUserMFAPreference",
		"AdminSetUserPassword",
		"CreateUserPool", "CreateUserPoolClient", "DeleteUserPool", "DescribeUserPool",
		"ListUserPools", "SetUserPoolMfaConfig", "UpdateUserPool",
	}
}

func isSigned(operation string) bool { return slices.Contains(signedOperations(), operation) }
