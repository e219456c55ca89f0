package dynamostore_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A server is a DynamoDB as far as this package needs it. The module internal/conformance runs the
// same tests on one that was made by others.
type server struct {
	mu     sync.Mutex
	tables map[string]*tableState
}

type tableState struct {
	items map[string]attributes
	ttl   string // the attribute
}

func startServer(tb testing.TB) string {
	tb.Helper()
	s := &server{tables: map[string]*tableState{}}
	listener := httptest.NewServer(s)
	tb.Cleanup(listener.Close)
	return listener.URL
}

// attributes are an item: the type of each attribute and its value.
type attributes map[string]map[string]string

// A request has the members of all operations.
type request struct {
	TableName, ProjectionExpression, UpdateExpression, ConditionExpression string
	Key, Item, ExpressionAttributeValues                                   attributes
	ConsistentRead                                                         bool
	TimeToLiveSpecification                                                struct{ AttributeName string }
}

// A fault is an error that DynamoDB answers.
type fault struct{ code, message string }

func (f fault) Error() string { return f.code + ": " + f.message }

var (
	errCondition = fault{"ConditionalCheckFailedException", "The conditional request failed"}
	errNoTable   = fault{"ResourceNotFoundException", "Requested resource not found"}
	errTable     = fault{"ResourceInUseException", "Table already exists"}
)

func invalid(format string, arguments ...any) error {
	return fault{"ValidationException", fmt.Sprintf(format, arguments...)}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	var in request
	decoder := json.NewDecoder(r.Body)
	err := decoder.Decode(&in)
	var out any
	switch {
	case err != nil:
		err = fault{"SerializationException", err.Error()}
	case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
		err = fault{"MissingAuthenticationTokenException", "the request is not signed"}
	default:
		s.mu.Lock()
		out, err = s.answer(operation, in)
		s.mu.Unlock()
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil {
		var f fault
		if !errors.As(err, &f) {
			f = fault{"ValidationException", err.Error()}
		}
		w.WriteHeader(http.StatusBadRequest)
		out = map[string]string{"__type": "com.amazonaws.dynamodb.v20120810#" + f.code, "message": f.message}
	}
	_ = json.NewEncoder(w).Encode(out) // the client may have gone
}

func (s *server) answer(operation string, in request) (any, error) {
	operations := map[string]func(*tableState, request) (any, error){
		"DescribeTable": describeTable, "DescribeTimeToLive": describeTTL, "UpdateTimeToLive": updateTTL,
		"GetItem": getItem, "PutItem": putItem, "UpdateItem": updateItem, "DeleteItem": deleteItem,
	}
	table := s.tables[in.TableName]
	if operation == "CreateTable" {
		if table != nil {
			return nil, errTable
		}
		s.tables[in.TableName] = &tableState{items: map[string]attributes{}}
		return struct{}{}, nil
	}
	handle := operations[operation]
	switch {
	case handle == nil:
		return nil, fault{"UnknownOperationException", operation}
	case table == nil:
		return nil, errNoTable
	}
	return handle(table, in)
}

func describeTable(*tableState, request) (any, error) {
	return map[string]any{"Table": map[string]any{"TableStatus": "ACTIVE"}}, nil
}

func describeTTL(t *tableState, _ request) (any, error) {
	description := map[string]string{"TimeToLiveStatus": "DISABLED"}
	if t.ttl != "" {
		description = map[string]string{"TimeToLiveStatus": "ENABLED", "AttributeName": t.ttl}
	}
	return map[string]any{"TimeToLiveDescription": description}, nil
}

func updateTTL(t *tableState, in request) (any, error) {
	if t.ttl != "" {
		return nil, invalid("TimeToLive is already enabled")
	}
	t.ttl = in.TimeToLiveSpecification.AttributeName
	return struct{}{}, nil
}

func getItem(t *tableState, in request) (any, error) {
	found := t.items[in.Key["id"]["S"]]
	units := (max(size(found), 1) + 4<<10 - 1) / (4 << 10)
	out := map[string]any{"ConsumedCapacity": map[string]any{"CapacityUnits": units}}
	if !in.ConsistentRead {
		return nil, invalid("this server has no replica that lags")
	}
	if found == nil {
		return out, nil
	}
	if in.ProjectionExpression != "" {
		projected := attributes{}
		for name := range strings.SplitSeq(in.ProjectionExpression, ", ") {
			if value, ok := found[name]; ok {
				projected[name] = value
			}
		}
		found = projected
	}
	out["Item"] = found
	return out, nil
}

func putItem(t *tableState, in request) (any, error) {
	return write(t, in, in.Item["id"]["S"], in.Item)
}

func deleteItem(t *tableState, in request) (any, error) {
	return write(t, in, in.Key["id"]["S"], nil)
}

// updateItem knows "SET name = :value".
func updateItem(t *tableState, in request) (any, error) {
	id := in.Key["id"]["S"]
	assignment, ok := strings.CutPrefix(in.UpdateExpression, "SET ")
	name, placeholder, found := strings.Cut(assignment, " = ")
	if !ok || !found {
		return nil, invalid("UpdateExpression %q", in.UpdateExpression)
	}
	updated := attributes{"id": {"S": id}}
	for name, value := range t.items[id] {
		updated[name] = value
	}
	updated[name] = in.ExpressionAttributeValues[placeholder]
	return write(t, in, id, updated)
}

const maxItem = 400 << 10

// write replaces an item, or deletes it if next is nil, if the condition is true.
func write(t *tableState, in request, id string, next attributes) (any, error) {
	old := t.items[id]
	if id == "" || size(next) > maxItem {
		return nil, invalid("Item size has exceeded the maximum allowed size, or it has no id")
	}
	if in.ConditionExpression != "" {
		ok, err := evaluate(in.ConditionExpression, in.UpdateExpression, old, in.ExpressionAttributeValues)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			return nil, errCondition
		}
	}
	if t.items[id] = next; next == nil {
		delete(t.items, id)
	}
	units := (max(size(old), size(next), 1) + 1<<10 - 1) / (1 << 10)
	return map[string]any{"ConsumedCapacity": map[string]any{"CapacityUnits": units}}, nil
}

// size returns the size of an item as DynamoDB counts it.
func size(item attributes) int {
	total := 0
	for name, value := range item {
		total += len(name)
		for kind, v := range value {
			switch kind {
			case "N":
				total += (len(v)+1)/2 + 1
			case "B":
				decoded, _ := base64.StdEncoding.DecodeString(v)
				total += len(decoded)
			default:
				total += len(v)
			}
		}
	}
	return total
}
