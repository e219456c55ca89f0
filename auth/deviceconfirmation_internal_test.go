package auth

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUnconfirmedDeviceIsNotedBesideItsOwnTokensOnly: the person may have signed out meanwhile, or
// have proved again who they are.
func TestUnconfirmedDeviceIsNotedBesideItsOwnTokensOnly(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		stored *tokens
		noted  bool
	}{
		"its own tokens": {stored: &tokens{AccessToken: "own"}, noted: true},
		"newer tokens":   {stored: &tokens{AccessToken: "newer"}},
		"signed out":     {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := storedSession(t)
			require.NoError(t, session.update(t.Context(), func(st *state) error {
				st.Tokens = tt.stored
				return nil
			}))
			metadata := &types.NewDeviceMetadataType{DeviceKey: aws.String("k"), DeviceGroupKey: aws.String("-g")}
			session.noteConfirmation(t.Context(), "own", metadata, false, fail(ErrTooManyRequests, "x"))
			st, err := session.load(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.noted, st.Unconfirmed != nil)
		})
	}
}
