package authtest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const signedText = "milk, eggs"

// signed returns a request that was signed with credentials of the API, as S3's client signs it.
func signed(t *testing.T, credentials object) *http.Request {
	t.Helper()
	sum := sha256.Sum256([]byte(signedText))
	return signedWith(t, credentials, signedText, hex.EncodeToString(sum[:]))
}

// signedWith is signed with that hash of the body.
func signedWith(t *testing.T, credentials object, body, hash string) *http.Request {
	t.Helper()
	text := func(member string) string { return credentials[member].(string) }
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://bucket.example.com/a%20b?x=1",
		strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("X-Amz-Content-Sha256", hash)
	require.NoError(t, v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{
		AccessKeyID: text("AccessKeyId"), SecretAccessKey: text("SecretKey"), SessionToken: text("SessionToken"),
	}, r, hash, "s3", "eu-west-1", time.Now(), func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = true
	}))
	return r
}

func TestSignaturesAreVerified(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{Guests: true})
	credentials := f.getCredentials(f.getID(nil).ok()["IdentityId"], nil).ok()["Credentials"].(object)
	r := signed(t, credentials)
	_, err := f.Authenticate(r)
	require.NoError(t, err)
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Equal(t, signedText, string(body), "the body can be read again")

	for name, change := range map[string]func(*http.Request){
		"method":         func(r *http.Request) { r.Method = http.MethodDelete },
		"path":           func(r *http.Request) { r.URL.Path = "/other" },
		"query":          func(r *http.Request) { r.URL.RawQuery = "x=2" },
		"host":           func(r *http.Request) { r.Host = "other.example.com" },
		"body":           func(r *http.Request) { r.Body = io.NopCloser(bytes.NewReader([]byte("milk, rum"))) },
		"token":          func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", "x") },
		"no signature":   func(r *http.Request) { r.Header.Del("Authorization") },
		"broken":         func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256 x") },
		"unknown key":    func(r *http.Request) { replaceSignature(r, credentials["AccessKeyId"].(string), "ASIAUNKNOWN") },
		"header dropped": func(r *http.Request) { replaceSignature(r, "x-amz-security-token", "x-amz-date") },
		"region":         func(r *http.Request) { replaceSignature(r, "eu-west-1", "us-east-1") },
	} {
		r := signed(t, credentials)
		change(r)
		_, err := f.Authenticate(r)
		assert.Error(t, err, name)
	}
	f.Advance(10 * time.Minute)
	_, err = f.Authenticate(signed(t, credentials))
	require.ErrorContains(t, err, "too far")
	f.Advance(time.Hour)
	_, err = f.Authenticate(signed(t, credentials))
	require.ErrorContains(t, err, "is expired")
}

func TestSignaturesOfLargeBodies(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{Guests: true})
	credentials := f.getCredentials(f.getID(nil).ok()["IdentityId"], nil).ok()["Credentials"].(object)
	large := strings.Repeat("x", 1<<20+1)
	sum := sha256.Sum256([]byte(large))
	for hash, want := range map[string]string{
		hex.EncodeToString(sum[:]): "the body is larger than 1048576 bytes",
		"UNSIGNED-PAYLOAD":         "",
	} {
		r := signedWith(t, credentials, large, hash)
		_, err := f.Authenticate(r)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		assert.Len(t, body, len(large), "the body can be read again")
	}
	r := signed(t, credentials)
	r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
	_, err := f.Authenticate(r)
	require.ErrorContains(t, err, "does not match", "the signature says whether the body is signed")
}

func replaceSignature(r *http.Request, old, replacement string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, replacement, 1))
}

// sts sends a form and returns the status and the XML.
func (f *federation) sts(form url.Values) (int, string) {
	f.t.Helper()
	form.Set("Version", "2011-06-15")
	response, err := http.PostForm(f.URL, form)
	require.NoError(f.t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(f.t, err)
	return response.StatusCode, string(body)
}

func TestBasicFlow(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{BasicFlow: true}, alice())
	logins := f.logins("alice")
	id := f.getID(logins).ok()["IdentityId"]
	token := f.identity("GetOpenIdToken", object{"IdentityId": id, "Logins": logins}).ok()["Token"].(string)
	form := func(changes ...string) url.Values {
		values := url.Values{
			"Action": {"AssumeRoleWithWebIdentity"}, "RoleArn": {"arn:aws:iam::123456789012:role/app"},
			"RoleSessionName": {"alice"}, "WebIdentityToken": {token}, "DurationSeconds": {"900"},
		}
		for i := 0; i < len(changes); i += 2 {
			values.Set(changes[i], changes[i+1])
		}
		return values
	}
	status, answer := f.sts(form())
	require.Equal(t, http.StatusOK, status, answer)
	assert.Contains(t, answer, "<SubjectFromWebIdentityToken>"+id.(string)+"</SubjectFromWebIdentityToken>")
	assert.Contains(t, answer, "<Arn>arn:aws:sts::123456789012:assumed-role/app/alice</Arn>")
	assert.Empty(t, f.violations.take())

	for code, bad := range map[string]url.Values{
		"InvalidIdentityToken": form("WebIdentityToken", f.tokens(f.ClientID, "alice")["IdToken"].(string)),
		"ValidationError":      form("DurationSeconds", "10"),
		"InvalidAction":        form("Action", "AssumeRole"),
		"InvalidClientTokenId": form("Action", "GetCallerIdentity"),
	} {
		status, answer := f.sts(bad)
		assert.GreaterOrEqual(t, status, 400)
		assert.Contains(t, answer, "<Code>"+code+"</Code>")
	}
	for _, bad := range []url.Values{form("RoleArn", "app"), form("RoleSessionName", "a b"), form("DurationSeconds", "x")} {
		_, answer := f.sts(bad)
		assert.Contains(t, answer, "<Code>ValidationError</Code>")
	}
	f.Advance(10 * time.Minute)
	_, answer = f.sts(form())
	assert.Contains(t, answer, "<Code>ExpiredTokenException</Code>")

	f.Fail(authtest.Fault{Operation: "AssumeRoleWithWebIdentity", Code: "AccessDenied", Message: "No."})
	_, answer = f.sts(form())
	assert.Contains(t, answer, "<Code>AccessDenied</Code><Message>No.</Message>")
	f.Fail(authtest.Fault{Operation: "AssumeRoleWithWebIdentity", LoseReply: true})
	lost, err := http.PostForm(f.URL, form())
	if err == nil {
		_ = lost.Body.Close()
	}
	require.Error(t, err)
	other := federate(t, authtest.IdentityPool{}, alice())
	logins = other.logins("alice")
	other.identity("GetOpenIdToken", object{"IdentityId": other.getID(logins).ok()["IdentityId"], "Logins": logins}).
		failsWith("InvalidParameterException")
}
