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

// permits reports an error for a request that changes something and was not made by the program's
// own pages. [http.CrossOriginProtection] lets requests pass that say nothing about where they come
// from; here they need the header of a script. A script needs it for every request, so that another
// site cannot have a browser read anything either.
func (o origins) permits(r *http.Request, script bool) error {
	named := r.Header.Get(scriptHeader) != ""
	if script && !named {
		return errCrossOrigin
	}
	if safe(r) {
		return nil
	}
	if err := o.check.Check(r); err != nil {
		return errCrossOrigin
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != o.own {
		return errCrossOrigin // the check goes by the Host header, which says nothing of http or https
	}
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" && !named {
		return errCrossOrigin
	}
	return nil
}

// safe reports whether the method changes nothing (RFC 9110, section 9.2.1).
func safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}
