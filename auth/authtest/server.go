package authtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
)

const (
	targetPrefix    = "AWSCognitoIdentityProviderService."
	jsonContentType = "application/x-amz-json-1.1"
	maxBody         = 1 << 20
)

// ServeHTTP serves the API, the keys and the controls. It answers 503 once the service is closed.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		http.Error(w, "the pool is closed", http.StatusServiceUnavailable)
		return
	}
	defer s.leave()
	s.handle(w, r)
}

// handle serves a request. A panic is a bug of this package and is reported to OnViolation, like
// every error that Cognito does not have; one with http.ErrAbortHandler cuts the connection.
func (s *service) handle(w http.ResponseWriter, r *http.Request) {
	defer func() {
		fault := recover()
		if err, _ := fault.(error); errors.Is(err, http.ErrAbortHandler) {
			panic(fault)
		}
		if fault != nil {
			s.answer(w, nil, fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
		}
	}()
	s.mux.ServeHTTP(w, r)
}

func (s *service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", shared(s.serveAPI))
	const wellKnown = "/{pool}/.well-known/"
	mux.HandleFunc(wellKnown+"jwks.json", shared(s.wellKnown((*managedLogin).serveJWKS)))
	mux.HandleFunc(wellKnown+"openid-configuration", shared(s.wellKnown((*managedLogin).serveOpenIDConfiguration)))
	s.routeManagedLogin(mux)
	s.routeControl(mux)
	return mux
}

// wellKnown serves a document of the pool whose id is in the path.
func (s *service) wellKnown(serve func(*managedLogin, http.ResponseWriter)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := s.pool(r.PathValue("pool"))
		if p == nil {
			http.NotFound(w, r)
			return
		}
		serve(p.managedLogin(), w)
	}
}

// call is a request of the API on its way through the service.
type call struct {
	operation string
	target    bool // the target names this service
	federated bool // the target names the identity service
	header    http.Header
	body      map[string]any
	broken    error // why body is nil
}

func (s *service) serveAPI(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		s.answer(w, nil, malformed(codeUnknownOperation, "The method is %s; it must be POST.", r.Method))
		return
	}
	if isQuery(r) {
		s.serveSTS(w, r)
		return
	}
	c := receive(w, r)
	if c.federated {
		s.identities.dated(w)
	}
	answered := s.log.add(Request{Operation: c.operation, Header: r.Header.Clone(), Body: c.body, At: s.clock.now()})
	if err := s.checkPage(w, r, c); err != nil {
		answered(s.answer(w, nil, err))
		return
	}
	about := s.subject(c)
	if !s.holds.wait(about, s.closing) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	fault, failing := s.faults.next(about)
	if failing && !fault.LoseReply {
		answered(s.answer(w, nil, &apiError{code: fault.Code, message: fault.Message, status: fault.Status}))
		return
	}
	out, err := s.carryOut(c)
	if failing {
		answered(s.answer(discard{header: http.Header{}}, out, err))
		panic(http.ErrAbortHandler)
	}
	answered(s.answer(w, out, err))
}

func receive(w http.ResponseWriter, r *http.Request) call {
	c := call{header: r.Header}
	c.operation, c.target = strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !c.target {
		c.operation, c.federated = strings.CutPrefix(c.operation, identityTargetPrefix)
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		c.broken = &apiError{
			code: codeRequestEntityTooLarge, message: "Request size is too large.",
			status: http.StatusRequestEntityTooLarge, malformed: true,
		}
	case err != nil || json.Unmarshal(raw, &c.body) != nil || c.body == nil:
		c.body = nil
		c.broken = malformed(codeSerialization, "The request's body is not a JSON object.")
	}
	return c
}

// signedRegion returns the region in the scope of the request's signature, or "". The scope is
// key/date/region/service/aws4_request.
func (c call) signedRegion() string {
	_, credential, _ := strings.Cut(c.header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	if len(parts) < 5 || !onlyRunes(parts[len(parts)-3], isRegionRune) {
		return ""
	}
	return parts[len(parts)-3]
}

func mediaType(h http.Header) string {
	media, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.TrimSpace(media)
}

// carryOut finds the operation, checks the envelope of the request and runs the operation.
func (s *service) carryOut(c call) (any, error) {
	if c.federated {
		return s.identities.carryOut(c, s.violation)
	}
	op, served := s.operations[c.operation]
	switch {
	case !c.target:
		return nil, malformed(codeUnknownOperation, "X-Amz-Target does not name an operation of %s*", targetPrefix)
	case !served && isCognitoOperation(c.operation):
		return nil, refuse(codeUnknownOperation, "This pool does not serve the operation.")
	case !served:
		return nil, malformed(codeUnknownOperation, "There is no such operation.")
	case mediaType(c.header) != jsonContentType:
		return nil, malformed(codeUnknownOperation, "The content type is not %s.", jsonContentType)
	case op.signed && !strings.HasPrefix(c.header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
		return nil, malformed(codeMissingAuthentication, "Missing Authentication Token")
	case c.broken != nil:
		return nil, c.broken
	}
	d := decoder{shapes: s.shapes}
	out, err := op.run(s, &d, c)
	for _, name := range d.unknown {
		s.violation(fmt.Errorf("authtest: %s: unknown member %q", c.operation, name))
	}
	if err == nil {
		for _, complaint := range d.loose {
			s.violation(fmt.Errorf("authtest: %s: %s", c.operation, complaint))
		}
	}
	return out, err
}

// violation reports a request that a correct client would not send.
func (s *service) violation(err error) {
	if s.onViolation != nil {
		s.onViolation(err)
	}
}

// noOutput is the result of an operation whose answer has no body.
type noOutput struct{}

// answer writes the result of a call and returns its status and error code.
func (s *service) answer(w http.ResponseWriter, out any, err error) (status int, code string) {
	h := w.Header()
	h.Set("Content-Type", jsonContentType)
	h.Set("x-amzn-RequestId", newUUID())
	status = http.StatusOK
	if err != nil {
		failure := s.failure(err)
		status, code = failure.status, failure.code
		h.Set("x-amzn-ErrorType", failure.code+":")
		h.Set("x-amzn-ErrorMessage", headerText(failure.message))
		out = map[string]string{"__type": failure.code, "message": failure.message}
	}
	w.WriteHeader(status)
	if _, empty := out.(noOutput); empty {
		return status, code
	}
	_ = json.NewEncoder(w).Encode(out) // an error means that the client has gone
	return status, code
}

// failure turns any error into one that Cognito could answer, and reports it if the request is
// malformed.
func (s *service) failure(err error) *apiError {
	var failure *apiError
	if !errors.As(err, &failure) {
		s.violation(fmt.Errorf("authtest: internal error: %w", err))
		return &apiError{code: codeInternalError, message: "Internal error.", status: http.StatusInternalServerError}
	}
	if failure.malformed {
		s.violation(fmt.Errorf("authtest: %w", failure))
	}
	return failure
}

// headerText returns the message without the characters that a header line cannot have.
func headerText(message string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, message)
}

// discard is the writer of an answer that is lost.
type discard struct {
	header http.Header
}

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
