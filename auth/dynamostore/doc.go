// Package dynamostore keeps sessions in DynamoDB, encrypted. It is made for services that run on
// AWS in several processes or functions.
//
//	client := dynamodb.NewFromConfig(cfg)
//	store, err := dynamostore.New(client, dynamostore.Config{Table: "sessions", Key: key, TTL: 30 * 24 * time.Hour})
//	auths, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// # The table
//
// [CreateTable] creates it. For Terraform:
//
//	resource "aws_dynamodb_table" "sessions" {
//	  name         = "sessions"
//	  billing_mode = "PAY_PER_REQUEST"
//	  hash_key     = "id"
//	  attribute {
//	    name = "id"
//	    type = "S"
//	  }
//	  ttl {
//	    attribute_name = "expires"
//	    enabled        = true
//	  }
//	}
//
// For CDK:
//
//	new dynamodb.TableV2(this, "Sessions", {
//	  partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
//	  timeToLiveAttribute: "expires",
//	});
//
// A table is for one app client: the session keys of two must not meet. Do not replicate it to
// other regions as a global table with eventual consistency, where the last writer wins: two
// regions would refresh with the same refresh token. A restored backup holds refresh tokens that
// may have been used since; whoever has one must sign in again.
//
// # Permissions
//
// A Store needs these:
//
//	{
//	  "Effect": "Allow",
//	  "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
//	  "Resource": "arn:aws:dynamodb:REGION:ACCOUNT:table/sessions"
//	}
//
// # Creating the table
//
// CreateTable also needs the actions CreateTable, DescribeTable, DescribeTimeToLive and
// UpdateTimeToLive of DynamoDB. A service should not have them.
//
// # The client
//
// The client sends a request up to three times if it is throttled or its answer is lost. A write
// that meets itself the second time counts as done, with two exceptions. A Save that created a
// record creates it again if another caller deleted it between the two. A Delete reports a conflict
// if another caller created a record between the two. After the last try the error wraps
// [ErrUnavailable] and the SDK's error. The SDK waits for an answer as long as the context allows,
// so give the client a timeout:
//
//	dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
//		o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(2 * time.Second)
//	})
//
// # The key
//
// All processes need the same 32 bytes. Keep them in a secret manager, not in DynamoDB. If the key
// is lost, delete the records, and everybody signs in again: a record that does not open is an
// error ([SealError]), not an absent record.
//
// Without the key, the table and its backups show how many records there are, how long they are and
// when they expire. They also allow to check whether a guessed session key exists. A record that
// was changed, truncated, or moved to another key does not open. Anyone who can write to the table
// can delete records, restore older versions of them, and let unused ones live longer than
// [Config.TTL], but not longer than their ExpiresAt.
//
// # Costs
//
// DynamoDB counts a read unit for every 4 KiB of an item and a write unit for every KiB. These were
// measured with a record of 3.9 KiB, to which a password sign-in, SRP, without a second factor
// leads:
//
//	          reads  units  writes  units
//	sign-in       3      3       1      4
//	request       1      1       0      0
//	renewal       3      4       4     12
//	sign-out      1      1       1      4
//
// A request is any use of a session whose tokens are fresh. A renewal writes the record twice: it
// saves that it is about to spend the refresh token, which makes the record a little longer, and then
// the new tokens. Two of its writes, of a unit each, are its lease. A process that waits for a lease
// reads it up to five times a second, a unit each. With a TTL, a use writes the record's new end when
// a tenth of the TTL has passed since the last time; that counts as a write of the whole record.
// Removal after the end is free.
//
// # Format
//
// A record is an item:
//
//	id       string  the SHA-256 of the session key in lower-case hexadecimal
//	version  string  26 random characters, and when the record ends in 15 digits of Unix milliseconds
//	sealed   binary  12 bytes random nonce, AES-256-GCM of the data, 16 bytes tag
//	expires  number  Unix seconds; absent if the record has no end
//
// The additional data is a byte of 2, the version and the session key. Each record has an AES key
// of its own: HKDF-SHA256 of [Config.Key], without salt, with the info "amplify-auth-go dynamostore
// 1 " and the session key. DynamoDB removes an item some time after it has expired; until then a
// Store treats it as absent.
//
// A lease is an item whose id is that of the record and ":lease". Its version is 26 random
// characters that identify its holder, a period, and the number of its renewals.
package dynamostore
