// Package conformance tests this SDK and its in-process pool against independent programs: the
// published aws-amplify package, other SRP clients, an SRP server, token verifiers, another Cognito
// server, a browser, and the tools that read QR codes and compute TOTP codes. It has only tests;
// README.md says how to run them.
package conformance
