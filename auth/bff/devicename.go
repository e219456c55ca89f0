package bff

import (
	"net/http"
	"strings"
)

// maxDeviceName bounds the name under which people see a browser in the list of their devices.
const maxDeviceName = 128

// deviceName names the browser as people do, such as "Firefox on Windows". One that is not known
// has what it says of itself.
func deviceName(r *http.Request) string {
	agent := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}, r.UserAgent())
	browser, system := firstOf(agent, browsers), firstOf(agent, systems)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	}
	return agent[:min(len(agent), maxDeviceName)]
}

// Browsers and systems name themselves and others, so the order matters.
var (
	browsers = [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Mac OS X", "Mac"},
		{"Linux", "Linux"},
	}
)

// firstOf returns the name of the first mark in the text, or "".
func firstOf(text string, marks [][2]string) string {
	for _, mark := range marks {
		if strings.Contains(text, mark[0]) {
			return mark[1]
		}
	}
	return ""
}
