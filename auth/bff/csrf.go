package bff

import (
	"errors"
	"net/http"
)

// scriptHeader is a header that a script of another site cannot send without being asked first
// (CORS preflight), which the handler never allows.
const scriptHeader = "X-Requested-With"

var errCrossOrigin = errors.New("bff: the request is not from one of this program's own pages")

// origins decides which requests come from the program's own pages.
type origins struct {
	own   string // the origin of PublicURL
	check *http.CrossOriginProtection
}

func newOrigins(publicURL string) (origins, error) {
	check := http.NewCrossOriginProtection()
	// With the origin trusted, it does not matter what a proxy made of the Host header.
	if err := check.AddTrustedOrigin(publicURL); err != nil {
		return origins{}, err
	}
	return origins{own: publicURL, check: check}, nil
}

// foreign reports whether a request that changes something was made by a page of another origin.
// [http.CrossOriginProtection] compares hosts only, and only where the browser does not say whether
// the origin is the same; here an origin that is named has to be that of PublicURL, scheme, host
// and port.
func (o origins) foreign(r *http.Request) bool {
	if safe(r) {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin != "" && origin != o.own || o.check.Check(r) != nil
}

// permits reports an error for a request that changes something and was not made by the program's
// own pages. One that says nothing about where it comes from needs the header of a script. A script
// needs it for every request, so that another site cannot have a browser read anything either.
func (o origins) permits(r *http.Request, script bool) error {
	named := r.Header.Get(scriptHeader) != ""
	if script && !named {
		return errCrossOrigin
	}
	unnamed := r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" && !named
	if o.foreign(r) || unnamed && !safe(r) {
		return errCrossOrigin
	}
	return nil
}

// safe reports whether the method changes nothing (RFC 9110, section 9.2.1).
func safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}
