package authtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	targetPrefix    = "AWSCognitoIdentityProviderService."
	jsonContentType = "application/x-amz-json-1.1"
	maxBody         = 1 << 20
)

// ServeHTTP serves the pool without its listener, for a transport that calls a handler. It answers 503 once the pool is
// closed.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.enter() {
		http.Error(w, "the pool is closed", http.StatusServiceUnavailable)
		return
	}
	defer p.inFlight.Done()
	p.mux.ServeHTTP(w, r)
}

func (p *Pool) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", shared(p.serveAPI))
	wellKnown := "/" + p.UserPoolID + "/.well-known/"
	mux.HandleFunc(wellKnown+"jwks.json", shared(p.serveJWKS))
	mux.HandleFunc(wellKnown+"openid-configuration", shared(p.serveOpenIDConfiguration))
	p.routeControl(mux)
	return mux
}

// shared lets pages of any origin use the handler, as the real service does.
func shared(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
		if r.Method != http.MethodOptions {
			handle(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		h.Set("Access-Control-Max-Age", "172800")
	}
}

// call is a request of the API on its way through the pool.
type call struct {
	operation string
	target    bool // the target names this service
	header    http.Header
	body      map[string]any
	broken    error // why body is nil
}

func (p *Pool) serveAPI(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		p.answer(w, nil, malformed(codeUnknownOperation, "The method is %s; it must be POST.", r.Method))
		return
	}
	c := receive(w, r)
	answered := p.log.add(Request{Operation: c.operation, Header: r.Header.Clone(), Body: c.body, At: p.Now()})
	if !p.holds.wait(c.operation, p.closing) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	fault, failing := p.faults.take(c.operation)
	if failing && !fault.LoseReply {
		answered(p.answer(w, nil, &apiError{code: fault.Code, message: fault.Message, status: fault.Status}))
		return
	}
	out, err := p.carryOut(c)
	if failing {
		answered(p.answer(discard{header: http.Header{}}, out, err))
		panic(http.ErrAbortHandler)
	}
	answered(p.answer(w, out, err))
}

func receive(w http.ResponseWriter, r *http.Request) call {
	c := call{header: r.Header}
	c.operation, c.target = strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
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

func mediaType(h http.Header) string {
	media, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.TrimSpace(media)
}

// carryOut finds the operation, checks the envelope and runs it.
func (p *Pool) carryOut(c call) (any, error) {
	op, served := p.operations[c.operation]
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
	d := decoder{shapes: p.shapes}
	out, err := op.run(p, &d, c.body)
	for _, name := range d.unknown {
		p.violation(fmt.Errorf("authtest: %s: unknown member %q", c.operation, name))
	}
	return out, err
}

// violation tells the owner of the pool of a request that a right client would not send.
func (p *Pool) violation(err error) {
	if p.cfg.OnViolation != nil {
		p.cfg.OnViolation(err)
	}
}

// noOutput is the result of an operation whose answer has no body.
type noOutput struct{}

// answer writes the result of a call and returns its status and error code.
func (p *Pool) answer(w http.ResponseWriter, out any, err error) (status int, code string) {
	h := w.Header()
	h.Set("Content-Type", jsonContentType)
	h.Set("x-amzn-RequestId", newUUID())
	status = http.StatusOK
	if err != nil {
		failure := p.failure(err)
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

// failure turns any error into one that Cognito could answer, and reports it if the request is to blame.
func (p *Pool) failure(err error) *apiError {
	var failure *apiError
	if !errors.As(err, &failure) {
		return &apiError{code: codeInternalError, message: err.Error(), status: http.StatusInternalServerError}
	}
	if failure.malformed {
		p.violation(fmt.Errorf("authtest: %w", failure))
	}
	return failure
}

// headerText makes a message fit for a header line.
func headerText(message string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, message)
}

// discard takes an answer that is lost on the way.
type discard struct {
	header http.Header
}

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
