package cookiestore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// maxCookie is what browsers take, as RFC 6265bis, section 5.6 counts: the name and the value.
	maxCookie = 4096
	// maxTogether bounds what the browser will send with every request.
	maxTogether = 16 << 10
	// maxRead bounds how many cookies of a request are looked at.
	maxRead = 256
)

// cookies are what a browser has of ours: values by name, neither encoded.
type cookies map[string]string

// readCookies picks those out of Cookie headers whose name is accepted, as it came and decoded. Of
// several with one name the first counts, as for js-cookie. What is malformed is not there.
func readCookies(headers []string, accept func(raw, name string) bool) cookies {
	read := make(cookies)
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			rawName, rawValue, found := strings.Cut(strings.Trim(pair, " \t"), "=") // other white space is part of the name
			if !found || len(rawName)+len(rawValue) > 2*maxCookie || len(read) == maxRead {
				continue
			}
			name, ok := decodeName(rawName)
			if !ok || !accept(rawName, name) {
				continue
			}
			if _, taken := read[name]; taken {
				continue
			}
			if value, ok := decodeValue(rawValue); ok {
				read[name] = value
			}
		}
	}
	return read
}

// without returns a copy without those whose name is matched.
func (c cookies) without(match func(name string) bool) cookies {
	left := maps.Clone(c)
	maps.DeleteFunc(left, func(name, _ string) bool { return match(name) })
	return left
}

// only returns a copy of those whose name is matched.
func (c cookies) only(match func(name string) bool) cookies {
	return c.without(func(name string) bool { return !match(name) })
}

// set sets a cookie, or removes it if there is no value.
func (c cookies) set(name, value string) {
	if value == "" {
		delete(c, name)
		return
	}
	c[name] = value
}

// digest tells one set of cookies from another.
func (c cookies) digest() string {
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(c)) {
		_, _ = fmt.Fprintf(hash, "%q=%q\n", name, c[name]) // a hash takes everything
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// check says whether a browser would keep them in the place of old ones. What it has already is no
// reason to refuse: sign-out must go through.
func (c cookies) check(old cookies) error {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if size := cookieSize(name, c[name]); size > maxCookie && c[name] != old[name] {
			return &SizeError{Cookie: name, Size: size, Limit: maxCookie}
		}
	}
	if size := c.size(); size > max(maxTogether, old.size()) {
		return &SizeError{Size: size, Limit: maxTogether}
	}
	return nil
}

// size is what the browser will send of them.
func (c cookies) size() int {
	size := 0
	for name, value := range c {
		size += cookieSize(name, value) + len("=; ")
	}
	return size
}

func cookieSize(name, value string) int { return len(encodeName(name)) + len(encodeValue(value)) }
