package texts

import (
	"strconv"
	"time"
)

// Params are what texts are filled with. Each text takes the few that the comment of its ID names:
// {destination} is Destination, and so on.
type Params struct {
	Title         string        // of the page, in what a browser shows on its tab
	App           string        // what people call the program that they sign in to
	Name          string        // who or what the text is about: a user name, a provider, a device, a passkey
	Destination   string        // where a code went, masked, such as "a***@e***"; empty for "you"
	Authenticator string        // the name given to an authenticator app; empty for "your authenticator app"
	Key           string        // what to press
	Time          string        // a time of day or a date, as the caller formats it
	Count         int           // how many
	Wait          time.Duration // how long to wait, rounded up to whole seconds, minutes or hours; zero for "a moment"
	Left          time.Duration // how long something is still good, rounded down in the same way
}

// value returns what stands for a parameter in the language of s.
func (p Params) value(s Set, name string) string {
	switch name {
	case "title":
		return p.Title
	case "app":
		return p.App
	case "name":
		return p.Name
	case "destination":
		return s.or(p.Destination, You)
	case "authenticator":
		return s.or(p.Authenticator, YourAuthenticator)
	case "key":
		return p.Key
	case "time":
		return p.Time
	case "count":
		return strconv.Itoa(p.Count)
	case "wait":
		return s.wait(p.Wait)
	case "left":
		return s.left(p.Left)
	}
	return ""
}

func (s Set) or(value string, id ID) string {
	if value == "" {
		return s.Text(id)
	}
	return value
}

// wait rounds up, because who comes a second too early is refused.
func (s Set) wait(d time.Duration) string {
	if d <= 0 {
		return s.Text(Moment)
	}
	u := unitOf(d)
	return s.quantity(int((d-1)/u.length)+1, u)
}

// left rounds down, because who relies on it must not come too late.
func (s Set) left(d time.Duration) string {
	d = max(d, 0)
	u := unitOf(d)
	return s.quantity(int(d/u.length), u)
}

// A unit of time has a text for one of it and a text for every other number.
type unit struct {
	length    time.Duration
	one, many ID
}

func unitOf(d time.Duration) unit {
	switch {
	case d < time.Minute:
		return unit{time.Second, Second, Seconds}
	case d < 2*time.Hour:
		return unit{time.Minute, Minute, Minutes}
	default:
		return unit{time.Hour, Hour, Hours}
	}
}

func (s Set) quantity(n int, u unit) string {
	if n == 1 {
		return s.Text(u.one)
	}
	return s.Format(u.many, Params{Count: n})
}
