package identitypool

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"})
	require.NoError(t, err)
	pool, err := New(Config{IdentityPoolID: "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170"})
	require.NoError(t, err)
	for i := range 2 * maxHolders {
		pool.holder(client.Session(strconv.Itoa(i)), "sub")
	}
	assert.Equal(t, maxHolders, len(pool.holders))
	last := client.Session(strconv.Itoa(2*maxHolders - 1))
	first := pool.holder(last, "sub")
	assert.Same(t, first, pool.holder(last, "sub"))
	assert.NotSame(t, first, pool.holder(last, "another person"))
	assert.Equal(t, maxHolders, len(pool.holders))
	pool.forget(last)
	assert.Equal(t, maxHolders-1, len(pool.holders))
}
