// Package conformance holds this SDK and its in-process pool against programs that nobody here
// wrote: the published aws-amplify package first, then other SRP clients, an SRP server, a token
// verifier, another Cognito server, and the tools that read QR codes and compute TOTP codes. All of
// it is in tests; README.md says how to run them.
package conformance
