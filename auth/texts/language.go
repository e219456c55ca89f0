package texts

import (
	"cmp"
	"slices"
	"strings"
)

// ForAcceptLanguage returns the Set that suits the Accept-Language header of a request best (RFC
// 9110 section 12.5.4): "de-AT, en;q=0.8" takes German. Where nothing suits, or the header is empty
// or longer than 1024 bytes, it is the first Set; malformed parts of the header are skipped.
// Without sets it chooses between [English] and [German].
func ForAcceptLanguage(header string, sets ...Set) Set {
	sets = orOurs(sets)
	wanted, refused := ranges(header)
	for _, tag := range wanted {
		if tag == "*" {
			tag = firstAllowed(sets, refused)
		}
		if s, ok := match(tag, sets); ok {
			return s
		}
	}
	return sets[0]
}

// ForLocale returns the Set that suits the environment of a process best, by the first of the
// variables LC_ALL, LC_MESSAGES and LANG that is not empty: "de_AT.UTF-8" takes German. getenv is
// [os.Getenv] or stands in for it. Where nothing suits, as for "C", it is the first Set. Without
// sets it chooses between [English] and [German].
func ForLocale(getenv func(string) string, sets ...Set) Set {
	sets = orOurs(sets)
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if end := strings.IndexAny(locale, ".@"); end >= 0 {
		locale = locale[:end]
	}
	if s, ok := match(strings.ReplaceAll(locale, "_", "-"), sets); ok {
		return s
	}
	return sets[0]
}

func orOurs(sets []Set) []Set {
	if len(sets) == 0 {
		return []Set{English(), German()}
	}
	return sets
}

// match finds the Set of a tag: the same one, or one of the same language in another region. It
// shortens the tag from the end, as RFC 4647 section 3.4 does.
func match(tag string, sets []Set) (Set, bool) {
	if !wellFormed(tag) {
		return Set{}, false
	}
	for tag = strings.ToLower(tag); tag != ""; tag = shorter(tag) {
		for _, suits := range []func(string) bool{
			func(language string) bool { return language == tag },
			func(language string) bool { return strings.HasPrefix(language, tag+"-") },
		} {
			for _, s := range sets {
				if suits(strings.ToLower(s.Language())) {
					return s, true
				}
			}
		}
	}
	return Set{}, false
}

func shorter(tag string) string {
	return tag[:max(strings.LastIndex(tag, "-"), 0)]
}

// firstAllowed is the language that "*" stands for.
func firstAllowed(sets []Set, refused []string) string {
	for _, s := range sets {
		if !slices.Contains(refused, strings.ToLower(s.Language())) {
			return s.Language()
		}
	}
	return ""
}

// maxHeader is far above what browsers send, in bytes.
const maxHeader = 1024

// ranges reads an Accept-Language header: the language ranges in the order of their weights, and
// those with weight 0.
func ranges(header string) (wanted, refused []string) {
	if len(header) > maxHeader {
		return nil, nil
	}
	type weighted struct {
		tag    string
		weight int
	}
	var list []weighted
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, hasParameter := strings.Cut(part, ";")
		tag = strings.ToLower(strings.Trim(tag, " \t"))
		weight, ok := 1000, true
		if hasParameter {
			weight, ok = parseWeight(strings.Trim(parameter, " \t"))
		}
		switch {
		case !ok || tag != "*" && !wellFormed(tag):
		case weight == 0:
			refused = append(refused, tag)
		default:
			list = append(list, weighted{tag, weight})
		}
	}
	slices.SortStableFunc(list, func(a, b weighted) int { return b.weight - a.weight })
	for _, w := range list {
		wanted = append(wanted, w.tag)
	}
	return wanted, refused
}

// parseWeight reads "q=0.8" in thousandths (RFC 9110 section 12.4.2).
func parseWeight(parameter string) (int, bool) {
	if len(parameter) < 3 || !strings.EqualFold(parameter[:2], "q=") {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(parameter[2:], ".")
	if whole != "0" && whole != "1" || len(fraction) > 3 {
		return 0, false
	}
	weight := 0
	for _, digit := range []byte(whole + (fraction + "000")[:3]) {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		weight = 10*weight + int(digit-'0')
	}
	return weight, weight <= 1000
}

// maxTag is what BCP 47 wants everybody to take, in bytes.
const maxTag = 35

// wellFormed reports whether tag has the shape of a BCP 47 tag: letters, then parts of letters and
// digits, each of up to eight.
func wellFormed(tag string) bool {
	if len(tag) > maxTag {
		return false
	}
	first := true
	for part := range strings.SplitSeq(tag, "-") {
		if len(part) < 1 || len(part) > 8 {
			return false
		}
		for _, c := range []byte(part) {
			letter := 'a' <= c|0x20 && c|0x20 <= 'z'
			digit := '0' <= c && c <= '9'
			if !letter && (first || !digit) {
				return false
			}
		}
		first = false
	}
	return true
}
