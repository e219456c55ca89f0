package main

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// scrub makes an answer comparable with that of another run, and fit for a public report: it names
// the values that belong to this run, and removes what could identify an account or a person.
func scrub(shown string, hidden map[string]string) string {
	// The longest first: a user's name is a part of the user's address.
	byLength := slices.SortedFunc(maps.Keys(hidden), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	for _, value := range byLength {
		shown = strings.ReplaceAll(shown, value, hidden[value])
	}
	for _, p := range private() {
		shown = p.form.ReplaceAllString(shown, p.name)
	}
	return shown
}

type privateForm struct {
	form *regexp.Regexp
	name string
}

// private are the forms of values that are nobody else's business.
func private() []privateForm {
	return []privateForm{
		{regexp.MustCompile(`arn:[a-z-]+:[^\s"]+`), "<arn>"},
		{regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`), "<address>"},
		{regexp.MustCompile(`eyJ[\w-]+(\.[\w-]*){2,4}`), "<token>"},
		{regexp.MustCompile(`\b[a-z]{2}(-[a-z]+)+-\d_[0-9A-Za-z-]+`), "<pool id>"},
		{regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`), "<id>"},
		{regexp.MustCompile(`\b\d{12}\b`), "<account>"},
		{regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b`), "<ip>"},
		{regexp.MustCompile(`[A-Za-z0-9+/=_-]{48,}`), "<value>"},
	}
}
