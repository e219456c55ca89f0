package scenario

import (
	"slices"
	"time"
)

// dateMembers are the members of an output that hold a date, and the member of a response that each
// is taken from.
func dateMembers() map[string]string {
	return map[string]string{
		"createDate":            "DeviceCreateDate",
		"lastModifiedDate":      "DeviceLastModifiedDate",
		"lastAuthenticatedDate": "DeviceLastAuthenticatedDate",
	}
}

// dates keeps the dates that responses brought, by the name of the member.
type dates map[string][]time.Time

// learn keeps a date in the form of the wire, seconds since 1970.
func (d dates) learn(member string, seconds float64) {
	d[member] = append(d[member], time.UnixMicro(int64(seconds*1e6)))
}

// name returns the member of a response that brought the date which stands in a member of an
// output, or nothing. It must be the same to the millisecond, as fine as JavaScript tells them.
func (d dates) name(member string, value any) string {
	text, _ := value.(string)
	date, err := time.Parse(time.RFC3339, text)
	brought := dateMembers()[member]
	same := func(t time.Time) bool { return t.Sub(date).Abs() <= time.Millisecond }
	if err != nil || !slices.ContainsFunc(d[brought], same) {
		return ""
	}
	return "<" + brought + ">"
}
