package transport

import (
	"net"
	"net/url"
)

// Unfit says why endpoint must not stand for Cognito's URL, or gives "". Secrets travel over https,
// or stay on the machine.
func Unfit(endpoint string) string {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "is not a plain URL of a server"
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return ""
	default:
		return "is neither https nor http on a loopback address"
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
