package admin

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
)

// When an upgrade of the AWS SDK brings the operation, deleteSoftwareToken becomes an ordinary call.
func TestTheSDKDoesNotKnowAdminDeleteSoftwareToken(t *testing.T) {
	t.Parallel()
	_, known := reflect.TypeFor[*cognitoidentityprovider.Client]().MethodByName("AdminDeleteSoftwareToken")
	assert.False(t, known, "call it in deleteSoftwareToken")
}
