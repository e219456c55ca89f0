package dynamostore

import (
	"context"
	"errors"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

// The attributes of an item. None is a reserved word, so expressions name them as they are.
const (
	idAttribute      = "id"
	versionAttribute = "version"
	sealedAttribute  = "sealed"
	expiresAttribute = "expires" // Unix seconds; DynamoDB's time to live
)

// forever is the time at which an item without the attribute expires.
const forever int64 = math.MaxInt64

// An item is the attributes of an item, or the values of an expression.
type item map[string]types.AttributeValue

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func binary(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
func now() types.AttributeValue { return number(time.Now().Unix()) }

func newItem(id, version string, expires int64) item {
	i := item{idAttribute: text(id), versionAttribute: text(version)}
	if expires != forever {
		i[expiresAttribute] = number(expires)
	}
	return i
}

// version returns "" if the item has none.
func (i item) version() string {
	version, ok := i[versionAttribute].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return version.Value
}

func (i item) sealed() []byte {
	sealed, ok := i[sealedAttribute].(*types.AttributeValueMemberB)
	if !ok {
		return nil
	}
	return sealed.Value
}

// unreadableVersion returns the version of an item that does not open.
func (i item) unreadableVersion() string {
	return aead.UnreadableVersion(append([]byte(i.version()), i.sealed()...))
}

// expires returns the first Unix second in which the item has expired.
func (i item) expires() (int64, error) {
	value, ok := i[expiresAttribute]
	if !ok {
		return forever, nil
	}
	if seconds, ok := value.(*types.AttributeValueMemberN); ok {
		return strconv.ParseInt(seconds.Value, 10, 64)
	}
	return 0, errors.New("it is not a number")
}

// gone reports whether there is no item, or one that has expired. DynamoDB removes it hours later.
func (i item) gone() bool {
	expires, err := i.expires()
	return len(i) == 0 || err == nil && expires <= time.Now().Unix()
}

// equal returns the condition that version and sealed are those of the item.
func (i item) equal() condition {
	c := condition{values: item{}}
	var terms []string
	for _, name := range []string{versionAttribute, sealedAttribute} {
		value, ok := i[name]
		if !ok {
			terms = append(terms, "attribute_not_exists("+name+")")
			continue
		}
		terms = append(terms, name+" = :"+name)
		c.values[":"+name] = value
	}
	c.expression = strings.Join(terms, " AND ")
	return c
}

// A condition is a ConditionExpression with its values. DynamoDB refuses values that the expression
// does not use.
type condition struct {
	expression string
	values     item
}

const (
	gone = "attribute_not_exists(id) OR expires <= :now"
	same = "version = :version AND (attribute_not_exists(expires) OR expires > :now)"
)

// or returns the condition that c or the other is true. AND binds tighter than OR.
func (c condition) or(expression string, values item) condition {
	all := maps.Clone(c.values)
	maps.Copy(all, values)
	return condition{expression: c.expression + " OR " + expression, values: all}
}

// items are the items of a table.
type items struct {
	client *dynamodb.Client
	table  string
}

// get returns an item, nil if there is none, or some of its attributes. It reads what was written
// last.
func (s items) get(ctx context.Context, id string, attributes ...string) (item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	input := &dynamodb.GetItemInput{
		TableName: &s.table, Key: item{idAttribute: text(id)}, ConsistentRead: aws.Bool(true),
	}
	if len(attributes) > 0 {
		input.ProjectionExpression = aws.String(strings.Join(attributes, ", "))
	}
	out, err := s.client.GetItem(ctx, input)
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// has returns the condition that the record has that version. A record that does not open has no
// version that DynamoDB could compare, so has loads it, and DynamoDB compares all of it.
func (s items) has(ctx context.Context, id, version string) (condition, error) {
	if version == "" {
		return condition{expression: gone, values: item{":now": now()}}, nil
	}
	if aead.IsUnreadable(version) {
		i, err := s.get(ctx, id)
		if err != nil {
			return condition{}, err
		}
		if i.unreadableVersion() == version {
			return i.equal(), nil
		}
	}
	return condition{expression: same, values: item{":version": text(version), ":now": now()}}, nil
}

// put stores an item, and reports whether the condition was true.
func (s items) put(ctx context.Context, i item, c condition) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: i,
		ConditionExpression: &c.expression, ExpressionAttributeValues: c.values,
	})
	return met(err)
}

// remove deletes an item, and reports whether the condition was true.
func (s items) remove(ctx context.Context, id string, c condition) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.table, Key: item{idAttribute: text(id)},
		ConditionExpression: &c.expression, ExpressionAttributeValues: c.values,
	})
	return met(err)
}

// setExpires sets when an item expires, if it has that version.
func (s items) setExpires(ctx context.Context, id, version string, expires int64) (bool, error) {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: item{idAttribute: text(id)},
		UpdateExpression:          aws.String("SET expires = :expires"),
		ConditionExpression:       aws.String("version = :version"),
		ExpressionAttributeValues: item{":version": text(version), ":expires": number(expires)},
	})
	return met(err)
}

// met returns what the error of a conditional write says about its condition.
func met(err error) (bool, error) {
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return false, nil
	}
	return err == nil, err
}
