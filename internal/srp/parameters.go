package srp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// The values of [ParameterError.Name]. The scrambling parameter u is not sent; it is a hash of A
// and SRP_B.
const (
	nameB           = "SRP_B"
	nameSalt        = "SALT"
	nameSecretBlock = "SECRET_BLOCK"
	nameU           = "u"
)

// The longest values accepted, in characters. Cognito's B has 768 and its salt 32.
const (
	maxB           = 2 * (elementSize + 1) // two digits a byte, with the leading byte of a signed form
	maxSalt        = 2 * 64
	maxSecretBlock = 16 << 10
)

const (
	reasonMissing  = "missing"
	reasonTooLong  = "too long"
	reasonNotHex   = "not hexadecimal"
	reasonNotB64   = "not base64"
	reasonZero     = "zero"
	reasonZeroModN = "zero modulo N"
	reasonNotBelow = "not below N"
)

// challenge holds the values that Cognito sent, checked.
type challenge struct {
	public      [elementSize]byte // B, big-endian
	salt        []byte            // big-endian, without leading zeros
	secret      []byte            // SECRET_BLOCK decoded
	secretBlock string            // SECRET_BLOCK as received: it is sent back unchanged
}

func parseChallenge(parameters map[string]string) (challenge, error) {
	public, err := parsePublic(parameters[nameB])
	if err != nil {
		return challenge{}, err
	}
	salt, err := parseInteger(nameSalt, parameters[nameSalt], maxSalt)
	if err != nil {
		return challenge{}, err
	}
	secret, err := parseSecretBlock(parameters[nameSecretBlock])
	if err != nil {
		return challenge{}, err
	}
	return challenge{public, salt, secret, parameters[nameSecretBlock]}, nil
}

// parsePublic decodes B. RFC 5054 section 2.5.3 has the client abort if B mod N is zero; a B of N
// or more is refused as well, because a server that reduces modulo N cannot send one.
func parsePublic(text string) ([elementSize]byte, error) {
	var public [elementSize]byte
	b, err := parseInteger(nameB, text, maxB)
	if err != nil {
		return public, err
	}
	if len(b) > len(public) {
		return public, &ParameterError{nameB, reasonNotBelow}
	}
	copy(public[len(public)-len(b):], b)
	order := bytes.Compare(public[:], cognitoGroup().modulusBytes)
	switch {
	case len(b) == 0 || order == 0:
		return public, &ParameterError{nameB, reasonZeroModN}
	case order > 0:
		return public, &ParameterError{nameB, reasonNotBelow}
	}
	return public, nil
}

// parseInteger decodes a non-negative hexadecimal integer of at most maxDigits digits into
// big-endian bytes. It refuses signs and prefixes.
func parseInteger(name, text string, maxDigits int) ([]byte, error) {
	if text == "" {
		return nil, &ParameterError{name, reasonMissing}
	}
	if len(text) > maxDigits {
		return nil, &ParameterError{name, reasonTooLong}
	}
	digits := strings.TrimLeft(text, "0")
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil, &ParameterError{name, reasonNotHex}
	}
	return b, nil
}

// parseSecretBlock decodes base64 in the standard or the URL alphabet, padded or not.
func parseSecretBlock(text string) ([]byte, error) {
	if text == "" {
		return nil, &ParameterError{nameSecretBlock, reasonMissing}
	}
	if len(text) > maxSecretBlock {
		return nil, &ParameterError{nameSecretBlock, reasonTooLong}
	}
	encoding := base64.StdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.URLEncoding
	}
	if !strings.HasSuffix(text, "=") {
		encoding = encoding.WithPadding(base64.NoPadding)
	}
	secret, err := encoding.DecodeString(text)
	// Package base64 skips line breaks; a parameter has none.
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, &ParameterError{nameSecretBlock, reasonNotB64}
	}
	return secret, nil
}

// ParameterError says which of the server's values is unusable, and why. It never contains the
// value.
type ParameterError struct {
	Name   string // SRP_B, SALT, SECRET_BLOCK, DeviceGroupKey, DeviceKey, or u for the parameter made of A and SRP_B
	Reason string
}

// Error returns the name and the reason.
func (e *ParameterError) Error() string { return "srp: " + e.Name + ": " + e.Reason }
