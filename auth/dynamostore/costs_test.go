package dynamostore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// A meter asks DynamoDB what each request costs, and adds it up.
type meter struct {
	mu     sync.Mutex
	spent  costs
	called map[string]bool
}

// costs are requests and their capacity units.
type costs struct {
	Reads, Writes         int
	ReadUnits, WriteUnits float64
}

func (m *meter) connect(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("meter", m.measure), middleware.After)
	})
}

func (m *meter) measure(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	const total = types.ReturnConsumedCapacityTotal
	switch input := in.Parameters.(type) {
	case *dynamodb.GetItemInput:
		input.ReturnConsumedCapacity = total
	case *dynamodb.PutItemInput:
		input.ReturnConsumedCapacity = total
	case *dynamodb.UpdateItemInput:
		input.ReturnConsumedCapacity = total
	case *dynamodb.DeleteItemInput:
		input.ReturnConsumedCapacity = total
	}
	out, metadata, err := next.HandleInitialize(ctx, in)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.called["dynamodb:"+awsmiddleware.GetOperationName(ctx)] = true
	switch output := out.Result.(type) {
	case *dynamodb.GetItemOutput:
		m.spent.Reads++
		m.spent.ReadUnits += *output.ConsumedCapacity.CapacityUnits
	case *dynamodb.PutItemOutput:
		m.write(output.ConsumedCapacity)
	case *dynamodb.UpdateItemOutput:
		m.write(output.ConsumedCapacity)
	case *dynamodb.DeleteItemOutput:
		m.write(output.ConsumedCapacity)
	}
	return out, metadata, err
}

func (m *meter) write(capacity *types.ConsumedCapacity) {
	m.spent.Writes++
	m.spent.WriteUnits += *capacity.CapacityUnits
}

// read returns what was spent since the last time.
func (m *meter) read() costs {
	m.mu.Lock()
	defer m.mu.Unlock()
	spent := m.spent
	m.spent = costs{}
	return spent
}

// TestCosts_areAsDocumented measures what the package documentation says.
func TestCosts_areAsDocumented(t *testing.T) {
	t.Parallel()
	meter := &meter{called: map[string]bool{}}
	pool := fleet.NewPool(t, authtest.Config{RefreshTokenRotation: true}, "alice")
	store := newTable(t).open(t, dynamostore.Config{Key: newKey()}, meter.connect)
	session := fleet.NewClient(t, pool, store).Session("alice")
	documentation, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"sign-in", func() error {
			return errOf(session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: fleet.Password}))
		}},
		{"request", func() error {
			return errOf(session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{}))
		}},
		{"renewal", func() error {
			return errOf(session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true}))
		}},
		{"sign-out", func() error {
			return errOf(session.SignOut(t.Context(), auth.SignOutInput{}))
		}},
	} {
		require.NoError(t, step.do())
		spent := meter.read()
		line := fmt.Sprintf("//\t%-8s%7d%7v%8d%7v\n", step.name, spent.Reads, spent.ReadUnits, spent.Writes, spent.WriteUnits)
		assert.Contains(t, string(documentation), line)
	}
}

// policyAction matches the actions of the policies in the package documentation.
var policyAction = regexp.MustCompile(`"dynamodb:\w+"`)

// TestPolicy_sufficesAsDocumented uses all that a Store offers, and compares the operations that it
// called with the policy in the package documentation.
func TestPolicy_sufficesAsDocumented(t *testing.T) {
	t.Parallel()
	meter := &meter{called: map[string]bool{}}
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey(), TTL: patience}, meter.connect)
	for range 2 {
		release, err := store.Lease(t.Context(), "alice")
		require.NoError(t, err)
		saved := save(t, store, "alice", "data")
		setExpires(t, table, patience/2)
		require.NoError(t, errOf(store.Load(t.Context(), "alice")))
		require.NoError(t, errOf(store.Unchanged(t.Context(), "alice", saved.Version)))
		saved, err = store.Save(t.Context(), "alice", saved)
		require.NoError(t, err)
		require.NoError(t, store.Delete(t.Context(), "alice", saved))
		release()
	}
	documentation, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, policy, found := strings.Cut(string(documentation), "# Permissions")
	require.True(t, found)
	policy, _, _ = strings.Cut(policy, "# ")
	var documented []string
	for _, action := range policyAction.FindAllString(policy, -1) {
		var name string
		require.NoError(t, json.Unmarshal([]byte(action), &name))
		documented = append(documented, name)
	}
	var called []string
	for name := range meter.called {
		called = append(called, name)
	}
	assert.ElementsMatch(t, documented, called)
}
