package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	tablePatience  = 5 * time.Minute
	firstTablePoll = 100 * time.Millisecond
	lastTablePoll  = 5 * time.Second
)

// CreateTable creates a table for a [Store], which is paid by request, waits until it can be used,
// up to five minutes, and turns on its time to live. It leaves what is there already as it is, so
// it may be called again after an error. The package documentation lists the permissions that it
// needs.
func CreateTable(ctx context.Context, client *dynamodb.Client, table string) error {
	if err := createTable(ctx, client, table); err != nil {
		return fmt.Errorf("dynamostore: create table: %w", err)
	}
	if err := enableTTL(ctx, client, table); err != nil {
		return fmt.Errorf("dynamostore: time to live: %w", err)
	}
	return nil
}

func createTable(ctx context.Context, client *dynamodb.Client, table string) error {
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:   &table,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   []types.KeySchemaElement{{AttributeName: aws.String(idAttribute), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String(idAttribute), AttributeType: types.ScalarAttributeTypeS},
		},
	})
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		return err
	}
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = firstTablePoll, lastTablePoll
	})
	return waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &table}, tablePatience)
}

func enableTTL(ctx context.Context, client *dynamodb.Client, table string) error {
	out, err := client.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &table})
	if err != nil {
		return err
	}
	if ttl := out.TimeToLiveDescription; ttl != nil && aws.ToString(ttl.AttributeName) == expiresAttribute &&
		ttl.TimeToLiveStatus != types.TimeToLiveStatusDisabled {
		return nil
	}
	_, err = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: &table,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String(expiresAttribute), Enabled: aws.Bool(true),
		},
	})
	return err
}
