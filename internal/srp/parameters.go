package srp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// The names that a ParameterError can carry. The scrambling parameter u is not sent; it is a hash
// of A and SRP_B.
const (
	nameB           = "SRP_B"
	nameSalt        = "SALT"
	nameSecretBlock = "SECRET_BLOCK"
	nameU           = "u"
)

// Longest texts that are looked at, in characters. Cognito's B has 768 and its salt 32.
const (
	maxB           = 2 * (elementSize + 1) // two digits a byte, and the byte that a signed form has in front
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

// challenge is what Cognito sent, checked.
type challenge struct {
	public      [elementSize]byte // B, big-endian
	salt        []byte            // big-endian, without leading zeros
	secret      []byte            // SECRET_BLOCK decoded
	secretBlock string            // SECRET_BLOCK as it came, because Cognito wants it back unchanged
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

// parsePublic reads B. RFC 5054 section 2.5.3 has the client abort if B mod N is zero; a B of N or
// more is refused as well, since no server that reduces modulo N can send one.
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

// parseInteger reads a non-negative hexadecimal integer of any number of digits up to maxDigits
// into its big-endian bytes. Neither a sign nor a prefix is allowed.
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

// parseSecretBlock reads base64 in the standard or the URL alphabet, padded or not.
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
	// Package base64 skips line breaks, which have no place in a parameter.
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, &ParameterError{nameSecretBlock, reasonNotB64}
	}
	return secret, nil
}

// ParameterError says which of the server's values was unusable, and why. It never carries the
// value.
type ParameterError struct {
	Name   string // SRP_B, SALT, SECRET_BLOCK, DeviceGroupKey, DeviceKey, or u for the parameter made of A and SRP_B
	Reason string
}

func (e *ParameterError) Error() string { return "srp: " + e.Name + ": " + e.Reason }
