package auth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// readme returns the first block of README.md that contains text, without its fence.
func readme(t *testing.T, text string) string {
	t.Helper()
	content, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	parts := strings.Split(string(content), "```")
	for i := 1; i < len(parts); i += 2 {
		if _, block, _ := strings.Cut(parts[i], "\n"); strings.Contains(block, text) {
			return block
		}
	}
	require.FailNow(t, "README.md has no block with "+text)
	return ""
}

// goCommand makes a command of somebody who is in a folder of their own, whatever runs the tests.
func goCommand(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=", "GOFLAGS=")
	return command
}

// TestWebPageOfTheReadme does what README.md says in an empty folder: the commands that use a clone,
// and the program with a sign-in, at which alice signs in.
func TestWebPageOfTheReadme(t *testing.T) {
	t.Parallel()
	commands, beside := strings.CutPrefix(readme(t, "go work init"), "mkdir ../acme && cd ../acme\n")
	require.True(t, beside)
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	folder := t.TempDir()
	for line := range strings.Lines(commands) {
		arguments := strings.Fields(strings.Replace(line, "../amplify-auth-go", root, 1))
		require.Equal(t, "go", arguments[0])
		output, err := goCommand(t, folder, arguments[1:]...).CombinedOutput()
		require.NoError(t, err, "%s%s", line, output)
	}
	program, address := readme(t, "bff.New"), "localhost:"+fleet.FreePort(t)
	require.Contains(t, program, "localhost:8080")
	program = strings.ReplaceAll(program, "localhost:8080", address)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program), 0o600))
	output, err := goCommand(t, folder, "build", "-o", "acme.exe", ".").CombinedOutput()
	require.NoError(t, err, "%s", output)

	serve(t, filepath.Join(folder, "acme.exe"))
	v := newVisitor(t, "http://"+address)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		status, body := v.visit(http.MethodGet, "/", nil)
		assert.Equal(c, http.StatusOK, status)
		assert.Contains(c, body, "Sign in to Acme")
	}, time.Minute, 20*time.Millisecond)
	_, body := v.visit(http.MethodPost, "/auth/sign-in", url.Values{"username": {"alice"}, "password": {"Correct-horse-1!"}})
	assert.Equal(t, "Hello alice\n", body)
	_, body = v.visit(http.MethodGet, "/auth/account/totp", nil)
	assert.Contains(t, body, "authenticator app", "the account page sets up an app")
}

// serve runs a program until the test ends.
func serve(t *testing.T, program string) {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), program)
	command.Stderr = t.Output()
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
}

// visitor is somebody with a browser.
type visitor struct {
	t    *testing.T
	http *http.Client
	at   string
}

func newVisitor(t *testing.T, at string) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return visitor{t: t, http: &http.Client{Jar: jar}, at: at}
}

// visit returns the page that redirects lead to; nothing if nobody answers.
func (v visitor) visit(method, path string, form url.Values) (status int, page string) {
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.at+path, strings.NewReader(form.Encode()))
	require.NoError(v.t, err)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Origin", v.at)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := v.http.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	return response.StatusCode, string(body)
}

// around is a program for README's function signIn. The person's app shows the codes, and the first
// time she mistypes one.
const around = `package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func main() {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true, SMS: true})
	check(err)
	defer pool.Close()
	const password = "Correct-horse-1!"
	check(pool.AddUser(authtest.User{Username: "alice", Password: password}))
	check(pool.AddUser(authtest.User{
		Username: "bob", Password: password, MFA: []string{"SMS_MFA"},
		Attributes: map[string]string{"phone_number": "+15550001234", "phone_number_verified": "true"},
	}))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	check(err)
	secret, mistyped := "", false
	ask := func(question string) string {
		fmt.Println(question)
		if match := regexp.MustCompile("secret=([A-Z2-7]+)").FindStringSubmatch(question); match != nil {
			secret = match[1]
		}
		if secret == "" {
			return pool.LastCode("bob")
		}
		pool.Advance(30 * time.Second)
		code, err := authtest.TOTPCode(secret, pool.Now())
		check(err)
		if !mistyped {
			mistyped = true
			return "000000"
		}
		return code
	}
	for _, person := range []string{"bob", "alice", "alice"} {
		session := client.Session(person)
		check(signIn(context.Background(), session, auth.SignInInput{Username: person, Password: password}, ask))
		_, err := session.CurrentUser(context.Background())
		check(err)
		_, err = session.SignOut(context.Background(), auth.SignOutInput{})
		check(err)
		mistyped = false
	}
	refused := signIn(context.Background(), client.Session("bob"), auth.SignInInput{Username: "bob", Password: "wrong"}, ask)
	fmt.Println(errors.Is(refused, auth.ErrNotAuthorized))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

`

// TestStepsOfTheReadme runs README's function that signs in step by step: with a code by SMS, the set-up
// of an authenticator app, the app, a mistyped code each, and a wrong password.
func TestStepsOfTheReadme(t *testing.T) {
	t.Parallel()
	program := buildInModule(t, around+readme(t, "func signIn("))
	output, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	require.NoError(t, err, "%s", output)
	shown := regexp.MustCompile("secret=[A-Z2-7]{32,}").ReplaceAllString(string(output), "secret=SECRET")
	const setUp = "Code that the app shows for otpauth://totp/Acme:alice?secret=SECRET&issuer=Acme\n"
	const app = "Code that your authenticator app shows\n"
	assert.Equal(t, "Code sent to +*******1234\n"+setUp+setUp+app+app+"true\n", shown)
}
