package guide

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// browser is as much of curl as the pages use: -i, -H, -d, and -b and -c with one file of cookies. It
// keeps Secure cookies for localhost, as curl does.
type browser struct {
	cookies   map[string]string
	variables map[string]string // of the shell
}

var words = regexp.MustCompile(`'([^']*)'|"([^"]*)"|(\S+)`)

// curl returns what the command prints.
func (b browser) curl(t *testing.T, line string) string {
	t.Helper()
	line = os.Expand(line, func(name string) string { return b.variables[name] })
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "", nil)
	require.NoError(t, err)
	var headers bool
	args := words.FindAllStringSubmatch(line, -1)[1:]
	for i := 0; i < len(args); i++ {
		value := func() string { i++; return args[i][1] + args[i][2] + args[i][3] }
		switch word := args[i][3]; word {
		case "-i":
			headers = true
		case "-b", "-c":
			value()
		case "-H":
			name, content, _ := strings.Cut(value(), ": ")
			request.Header.Set(name, content)
		case "-d":
			request.Method, request.Body = http.MethodPost, io.NopCloser(strings.NewReader(value()))
			if request.Header.Get("Content-Type") == "" {
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
		default:
			require.Truef(t, strings.HasPrefix(word, "http"), "curl here does not know %s", word)
			request.URL, err = request.URL.Parse(word)
			require.NoError(t, err)
		}
	}
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err, line)
	defer func() { _ = response.Body.Close() }()
	for _, cookie := range response.Cookies() {
		b.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		}
	}
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if !headers {
		return string(body)
	}
	var head strings.Builder
	require.NoError(t, response.Header.Write(&head))
	return fmt.Sprintf("%s %s\n%s\n%s", response.Proto, response.Status, strings.ReplaceAll(head.String(), "\r", ""), body)
}
