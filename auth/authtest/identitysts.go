package authtest

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Bounds of AssumeRoleWithWebIdentity.
const (
	shortestRoleSession = 15 * time.Minute
	longestRoleSession  = 12 * time.Hour
)

const (
	stsNamespace         = "https://sts.amazonaws.com/doc/2011-06-15/"
	formContentType      = "application/x-www-form-urlencoded"
	codeInvalidToken     = "InvalidIdentityToken"
	codeExpiredToken     = "ExpiredTokenException"
	codeSTSValidation    = "ValidationError"
	codeInvalidClientKey = "InvalidClientTokenId"
	codeInvalidAction    = "InvalidAction"
)

// isQuery reports whether the request speaks the query protocol, which is STS's.
func isQuery(r *http.Request) bool { return mediaType(r.Header) == formContentType }

// query is a request in the query protocol.
type query struct {
	action string
	form   url.Values
	// signer is whose credentials signed the request; unsigned is why it is nil.
	signer   *issuedKey
	unsigned error
}

func (f *identityService) receiveQuery(w http.ResponseWriter, r *http.Request) (query, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	signer, unsigned := f.signer(r)
	if err := r.ParseForm(); err != nil {
		return query{}, malformed(codeSTSValidation, "The body is not a form.")
	}
	return query{action: r.PostForm.Get("Action"), form: r.PostForm, signer: signer, unsigned: unsigned}, nil
}

// members returns the form as the log of requests shows it.
func (q query) members() map[string]any {
	members := make(map[string]any, len(q.form))
	for name := range q.form {
		members[name] = q.form.Get(name)
	}
	return members
}

// serveSTS serves AssumeRoleWithWebIdentity, the second half of the basic flow, and
// GetCallerIdentity, which verifies a signature and tells whose it is. Forms in, XML out.
func (s *service) serveSTS(w http.ResponseWriter, r *http.Request) {
	s.identities.dated(w)
	q, err := s.identities.receiveQuery(w, r)
	if err != nil {
		s.answerXML(w, nil, err)
		return
	}
	answered := s.log.add(Request{
		Operation: q.action, Header: r.Header.Clone(), Body: q.members(), At: s.clock.now(),
	})
	about := s.subject(call{operation: q.action})
	if !s.holds.wait(about, s.closing) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	fault, failing := s.faults.next(about)
	if failing && !fault.LoseReply {
		answered(s.answerXML(w, nil, &apiError{code: fault.Code, message: fault.Message, status: fault.Status}))
		return
	}
	out, err := s.identities.answerQuery(q)
	if failing {
		answered(s.answerXML(discard{header: http.Header{}}, out, err))
		panic(http.ErrAbortHandler)
	}
	answered(s.answerXML(w, out, err))
}

func (f *identityService) answerQuery(q query) (any, error) {
	switch q.action {
	case "AssumeRoleWithWebIdentity":
		return f.assumeRole(q.form)
	case "GetCallerIdentity":
		return q.callerIdentity()
	default:
		return nil, malformed(codeInvalidAction, "Could not find operation %s for version 2011-06-15", q.action)
	}
}

type callerIdentityResponse struct {
	XMLName xml.Name `xml:"GetCallerIdentityResponse"`
	Xmlns   string   `xml:"xmlns,attr"`
	Arn     string   `xml:"GetCallerIdentityResult>Arn"`
	UserID  string   `xml:"GetCallerIdentityResult>UserId"`
	Account string   `xml:"GetCallerIdentityResult>Account"`
}

func (q query) callerIdentity() (any, error) {
	if q.unsigned != nil {
		return nil, &apiError{code: codeInvalidClientKey, message: q.unsigned.Error(), status: http.StatusForbidden}
	}
	k := q.signer
	return callerIdentityResponse{
		Xmlns: stsNamespace, Arn: k.sessionARN(), UserID: "AROAEXAMPLE:" + k.sessionName, Account: k.account(),
	}, nil
}

type assumeRoleResponse struct {
	XMLName xml.Name         `xml:"AssumeRoleWithWebIdentityResponse"`
	Xmlns   string           `xml:"xmlns,attr"`
	Result  assumeRoleResult `xml:"AssumeRoleWithWebIdentityResult"`
}

type assumeRoleResult struct {
	AccessKeyID  string `xml:"Credentials>AccessKeyId"`
	SecretKey    string `xml:"Credentials>SecretAccessKey"`
	SessionToken string `xml:"Credentials>SessionToken"`
	Expiration   string `xml:"Credentials>Expiration"`
	Arn          string `xml:"AssumedRoleUser>Arn"`
	RoleID       string `xml:"AssumedRoleUser>AssumedRoleId"`
	Audience     string `xml:"Audience"`
	Provider     string `xml:"Provider"`
	Subject      string `xml:"SubjectFromWebIdentityToken"`
}

// assumeRole exchanges a token of GetOpenIdToken for credentials. Every role trusts the identity
// service here.
func (f *identityService) assumeRole(form url.Values) (any, error) {
	token, ok := verifiedOpenIDToken(form.Get("WebIdentityToken"))
	validity, err := roleSession(form.Get("DurationSeconds"))
	role, session := form.Get("RoleArn"), form.Get("RoleSessionName")
	switch {
	case err != nil:
		return nil, err
	case !isARN(role):
		return nil, malformed(codeSTSValidation, "RoleArn is not an ARN.")
	case len(session) < 2 || len(session) > 64 || !onlyRunes(session, isWordOr("+=,.@-")):
		return nil, malformed(codeSTSValidation, `RoleSessionName does not match [\w+=,.@-]{2,64}.`)
	case !ok:
		return nil, malformed(codeInvalidToken, "The ID Token provided is not a valid JWT.")
	case f.clock.now().Unix() >= token.Exp:
		return nil, refuse(codeExpiredToken, "Token expired: current date/time must be before the expiration date/time")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.pool(token.Aud); err != nil {
		return nil, malformed(codeInvalidToken, "Incorrect token audience")
	}
	k := f.issue(role, session, token.Sub, validity)
	return assumeRoleResponse{Xmlns: stsNamespace, Result: assumeRoleResult{
		AccessKeyID: k.accessKey, SecretKey: k.secret, SessionToken: k.token,
		Expiration: k.expires.UTC().Format(time.RFC3339), Arn: k.sessionARN(), RoleID: "AROAEXAMPLE:" + session,
		Audience: token.Aud, Provider: withoutScheme(openIDIssuer), Subject: token.Sub,
	}}, nil
}

func roleSession(seconds string) (time.Duration, error) {
	if seconds == "" {
		return credentialsValidity, nil
	}
	n, err := strconv.Atoi(seconds)
	validity := time.Duration(n) * time.Second
	if err != nil || validity < shortestRoleSession || validity > longestRoleSession {
		return 0, malformed(codeSTSValidation, "DurationSeconds is not between 900 and 43200.")
	}
	return validity, nil
}

type errorResponse struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Xmlns     string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// answerXML writes the result of a call of STS and returns its status and error code.
func (s *service) answerXML(w http.ResponseWriter, out any, err error) (status int, code string) {
	requestID := newUUID()
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("x-amzn-RequestId", requestID)
	status = http.StatusOK
	if err != nil {
		failure := s.failure(err)
		status, code = failure.status, failure.code
		out = errorResponse{
			Xmlns: stsNamespace, Type: "Sender", Code: code, Message: failure.message, RequestID: requestID,
		}
	}
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(out) // an error means that the client has gone
	return status, code
}
