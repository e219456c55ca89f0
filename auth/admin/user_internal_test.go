package admin

import (
	"context"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// When an upgrade of the AWS SDK adds the operation, deleteSoftwareToken becomes an ordinary call.
func TestSDKStillLacksAdminDeleteSoftwareToken(t *testing.T) {
	t.Parallel()
	_, known := reflect.TypeFor[*cognitoidentityprovider.Client]().MethodByName("AdminDeleteSoftwareToken")
	assert.False(t, known, "call it in deleteSoftwareToken")
}

// With an SDK that uses another protocol, the user would be signed out and the app reported as
// forgotten.
func TestOnlyARequestThatNamesItsOperationIsRenamed(t *testing.T) {
	t.Parallel()
	for target, sent := range map[string]bool{
		"":                                      false,
		"AdminUserGlobalSignOut":                false,
		targetPrefix + "SignOut":                false,
		targetPrefix + "AdminUserGlobalSignOut": true,
	} {
		request, ok := smithyhttp.NewStackRequest().(*smithyhttp.Request)
		require.True(t, ok)
		request.Header.Set("X-Amz-Target", target)
		reached := false
		_, _, err := renameOperation(t.Context(), middleware.BuildInput{Request: request}, middleware.BuildHandlerFunc(
			func(context.Context, middleware.BuildInput) (middleware.BuildOutput, middleware.Metadata, error) {
				reached = true
				return middleware.BuildOutput{}, middleware.Metadata{}, nil
			}))
		assert.Equal(t, sent, reached, target)
		assert.Equal(t, sent, err == nil, target)
	}
}
