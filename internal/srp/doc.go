// Package srp is the user's side of SRP-6a as Amazon Cognito speaks it, in pure functions.
//
//	handshake, err := srp.Begin()
//	// InitiateAuth with SRP_A = handshake.A() answers with the ChallengeParameters of PASSWORD_VERIFIER.
//	claim, err := handshake.Sign(srp.Identity{Pool: "Ab1Cd2Ef3", User: userIDForSRP, Password: password}, parameters, time.Now())
//	// RespondToAuthChallenge with the three values of the claim.
package srp
