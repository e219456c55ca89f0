package dynamostore_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

const (
	patience = time.Minute
	// endpointVariable names the endpoint of another DynamoDB, which the tests then use.
	endpointVariable = "DYNAMOSTORE_TEST_ENDPOINT"
)

// transport keeps enough connections for all goroutines of a test.
var transport = &http.Transport{MaxIdleConnsPerHost: 100}

// A table is an empty table of one test.
type table struct {
	Endpoint, Name string
}

func newTable(tb testing.TB) table {
	tb.Helper()
	endpoint := os.Getenv(endpointVariable)
	if endpoint == "" {
		endpoint = startServer(tb)
	}
	return tableAt(tb, endpoint)
}

// tableAt creates a table on a server.
func tableAt(tb testing.TB, endpoint string) table {
	tb.Helper()
	t := table{Endpoint: endpoint, Name: rand.Text()}
	err := dynamostore.CreateTable(tb.Context(), t.client(), t.Name)
	if endpoint == os.Getenv(endpointVariable) {
		require.ErrorContains(tb, err, "dynamostore: time to live: ", "dynalite has no time to live")
		return t
	}
	require.NoError(tb, err)
	return t
}

// client connects as a process of its own would. It may be changed before it is used.
func (t table) client(changes ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: &t.Endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "a-secret-of-a-test"}, nil
		}),
		HTTPClient: &http.Client{Transport: transport},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.RateLimiter = ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
		}),
	}, changes...)
}

// open returns a Store on the table, as a process of its own would.
func (t table) open(tb testing.TB, cfg dynamostore.Config, changes ...func(*dynamodb.Options)) *dynamostore.Store {
	tb.Helper()
	cfg.Table = t.Name
	store, err := dynamostore.New(t.client(changes...), cfg)
	require.NoError(tb, err)
	return store
}

// an item as the SDK has it.
type item = map[string]types.AttributeValue

func (t table) get(tb testing.TB, id string) item {
	tb.Helper()
	out, err := t.client().GetItem(tb.Context(), &dynamodb.GetItemInput{
		TableName: &t.Name, ConsistentRead: aws.Bool(true), Key: item{"id": text(id)},
	})
	require.NoError(tb, err)
	return out.Item
}

func (t table) put(tb testing.TB, i item) {
	tb.Helper()
	_, err := t.client().PutItem(tb.Context(), &dynamodb.PutItemInput{TableName: &t.Name, Item: i})
	require.NoError(tb, err)
}

func text(s string) types.AttributeValue        { return &types.AttributeValueMemberS{Value: s} }
func number(digits string) types.AttributeValue { return &types.AttributeValueMemberN{Value: digits} }
func binary(b []byte) types.AttributeValue      { return &types.AttributeValueMemberB{Value: b} }
func textOf(value types.AttributeValue) string  { return value.(*types.AttributeValueMemberS).Value }

func bytesOf(value types.AttributeValue) []byte { return value.(*types.AttributeValueMemberB).Value }

func TestCreateTable_mayBeCalledAgain(t *testing.T) {
	t.Parallel()
	table := tableAt(t, startServer(t)) // not dynalite, which has no time to live
	require.NoError(t, dynamostore.CreateTable(t.Context(), table.client(), table.Name))
	out, err := table.client().DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &table.Name})
	require.NoError(t, err)
	assert.Equal(t, "expires", *out.TimeToLiveDescription.AttributeName)
}
