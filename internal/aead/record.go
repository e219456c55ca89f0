package aead

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// Format is the first byte of a record that [Keys.SealRecord] sealed.
	Format = 2
	// HeaderSize is the length of the header of a record: [Format] and the version.
	HeaderSize = 1 + randomSize + endSize

	randomSize = 26 // of rand.Text
	endSize    = 15 // decimal digits
	lastEnd    = 999_999_999_999_999
)

// NewVersion returns a version that nobody has had. It includes when the record ends, so that who
// compares versions compares ends as well.
func NewVersion(expiresAt time.Time) string {
	var end int64
	if !expiresAt.IsZero() {
		end = expiresAt.Add(time.Millisecond - time.Nanosecond).UnixMilli() // rounded up
		end = min(max(end, 1), lastEnd)
	}
	return fmt.Sprintf("%s%0*d", rand.Text(), endSize, end)
}

// ExpiresAt returns when a record with that version ends. It is zero if the record has no end of
// its own, or if the version is not of [NewVersion].
func ExpiresAt(version string) time.Time {
	if len(version) != HeaderSize-1 {
		return time.Time{}
	}
	end, err := strconv.ParseInt(version[randomSize:], 10, 64)
	if err != nil || end <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(end)
}

// Expired reports whether a record with that version has ended.
func Expired(version string) bool {
	end := ExpiresAt(version)
	return !end.IsZero() && !time.Now().Before(end)
}

// Header returns the bytes that a sealed record with that version begins with.
func Header(version string) string { return string(rune(Format)) + version }

// VersionOf returns the version in the header of a record, which need not be authentic. It is empty
// if sealed does not begin with the header of a record in [Format].
func VersionOf(sealed []byte) string {
	if len(sealed) < HeaderSize || sealed[0] != Format {
		return ""
	}
	return string(sealed[1:HeaderSize])
}

// SealRecord seals data. Its header is a format byte and the version.
func (k Keys) SealRecord(b Binding, version string, data []byte) ([]byte, error) {
	return k.Seal(b, []byte(Header(version)), data)
}

// OpenRecord returns what [Keys.SealRecord] sealed.
func (k Keys) OpenRecord(b Binding, sealed []byte) (version string, data []byte, err error) {
	if version = VersionOf(sealed); version == "" {
		return "", nil, errNoVersion
	}
	if data, err = k.Open(b, HeaderSize, sealed); err != nil {
		return "", nil, err
	}
	return version, data, nil
}

var errNoVersion = errors.New("it has no version")

// CheckRecord returns the reason why sealed is not a record, if it is empty, of another format, or
// longer than maxSize bytes.
func CheckRecord(sealed []byte, maxSize int) error {
	switch {
	case len(sealed) == 0:
		return errors.New("it is empty")
	case sealed[0] != Format:
		return fmt.Errorf("its format is %d, and only %d is known", sealed[0], Format)
	case len(sealed) > maxSize:
		return fmt.Errorf("it is longer than %d bytes", maxSize)
	}
	return nil
}

const unreadable = "unreadable-"

// UnreadableVersion returns the version of a record that does not open. It is derived from all of
// its bytes, because no part of them can be trusted.
func UnreadableVersion(sealed []byte) string {
	sum := sha256.Sum256(sealed)
	return unreadable + hex.EncodeToString(sum[:])
}

// IsUnreadable reports whether a version is of [UnreadableVersion].
func IsUnreadable(version string) bool { return strings.HasPrefix(version, unreadable) }
