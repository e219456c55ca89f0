package transport_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// answer is an HTTP client that returns one response, a byte at a time.
type answer struct {
	status int
	body   string
}

func (a answer) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Body: io.NopCloser(iotest.OneByteReader(strings.NewReader(a.body)))}, nil
}

func TestOnlyBoundedJSONObjectsPass(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer answer
		good   bool
	}{
		"nothing":               {answer{200, ""}, true},
		"an object":             {answer{200, "{}"}, true},
		"an object, late":       {answer{200, " \r\n\t{}"}, true},
		"a page":                {answer{200, "<html>"}, false},
		"a page, late":          {answer{200, "\r\n\r\n<html>"}, false},
		"a page after a mark":   {answer{200, "\ufeff<html>"}, false},
		"a page of words":       {answer{200, "Please pay for the network."}, false},
		"a page with a failure": {answer{502, "<html>"}, true}, // read for the code, which is not there
		"just enough":           {answer{400, strings.Repeat("x", 1<<20)}, true},
		"too much":              {answer{400, strings.Repeat("x", 1<<20+1)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := transport.New(tt.answer, 0, slog.New(slog.DiscardHandler))
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://example.com/", strings.NewReader("{}"))
			require.NoError(t, err)
			response, err := client.Do(request)
			require.NoError(t, err)
			defer func() { assert.NoError(t, response.Body.Close()) }()
			read, err := io.ReadAll(response.Body)
			if tt.good {
				require.NoError(t, err)
				assert.Equal(t, tt.answer.body, string(read))
			} else {
				require.Error(t, err)
			}
		})
	}
}

func TestUnfitEndpoints(t *testing.T) {
	t.Parallel()
	for endpoint, fit := range map[string]bool{
		"https://example.com": true, "https://example.com/path/": true, "http://127.0.0.1:8080": true, "http://[::1]": true, "http://localhost:1": true,
		"http://example.com": false, "http://localhost.example.com": false, "http://127.0.0.1.example.com": false, "ftp://localhost": false,
		"example.com": false, "": false, "https://": false, "https://me:secret@example.com": false, "https://example.com?x=1": false,
		"https://example.com#x": false, "://": false, "https://:443": false,
	} {
		assert.Equal(t, fit, transport.Unfit(endpoint) == "", endpoint)
	}
}
