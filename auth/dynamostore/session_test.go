package dynamostore_test

import (
	"encoding/json"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// shared is what a process opens its Store with.
type shared struct {
	Table table
	Key   []byte
}

func TestMain(m *testing.M) {
	fleet.Main(m, func(text json.RawMessage) (auth.Store, error) {
		var s shared
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, err
		}
		return dynamostore.New(s.Table.client(), dynamostore.Config{Table: s.Table.Name, Key: s.Key})
	})
}

func TestTwoClientsNeverReuseARefreshToken(t *testing.T) {
	t.Parallel()
	table, cfg := newTable(t), dynamostore.Config{Key: newKey()}
	fleet.RefreshOnce(t, table.open(t, cfg), table.open(t, cfg))
}

func TestServices(t *testing.T) {
	t.Parallel()
	s := shared{Table: newTable(t), Key: newKey()}
	fleet.Services(t, s.Table.open(t, dynamostore.Config{Key: s.Key}), s)
}
