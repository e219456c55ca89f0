package bff

import (
	"net/url"
	"strings"
)

// maxReturn bounds the address that a person returns to: it travels in URLs and forms.
const maxReturn = 2048

// localPath returns to if it is a path on this host, with or without a query, and else "". A
// browser takes a backslash for a slash and drops tabs and newlines, so "/\evil.example" and
// "/\t/evil" lead elsewhere; all of them are refused. A fragment does not reach the server and is
// refused as well.
func localPath(to string) string {
	if len(to) > maxReturn || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		return ""
	}
	for _, c := range []byte(to) {
		if c <= ' ' || c >= 0x7f || c == '\\' || c == '#' {
			return ""
		}
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	// "/..//evil.example" is "//evil.example" once dots are resolved, also where they are encoded.
	if strings.Contains(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return ""
	}
	return to
}

// back returns where a person goes after what they came for: a local path, or else home.
func (h *Handler) back(to string) string {
	if to = localPath(to); to == "" {
		return h.cfg.Home
	}
	return to
}

// at returns the URL path of one of the handler's routes, with the way back if there is one.
func (h *Handler) at(route, back string) string {
	path := h.cfg.Prefix + route
	if back = localPath(back); back == "" || back == h.cfg.Home {
		return path
	}
	return path + "?" + url.Values{"return": {back}}.Encode()
}
