package admin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

// A request is signed for one host, and may carry the token of a role.
func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	for name, client := range map[string]aws.HTTPClient{
		"no client": nil, "the AWS SDK's": awshttp.NewBuildableClient(), "net/http's": &http.Client{},
		"its frozen one": awshttp.NewBuildableClient().Freeze(),
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(name+" "+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				var reached atomic.Int32
				elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					reached.Add(1)
					_, err := w.Write([]byte(`{}`))
					assert.NoError(t, err)
				}))
				defer elsewhere.Close()
				here := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, elsewhere.URL, status)
				}))
				defer here.Close()
				settings := credentials()
				settings.HTTPClient = client
				p, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: "us-east-1_x", Endpoint: here.URL, AWS: &settings})
				require.NoError(t, err)
				require.ErrorIs(t, p.SignOutUser(context.Background(), "alice"), auth.ErrUnexpectedResponse)
				assert.Zero(t, reached.Load())
			})
		}
	}
}
