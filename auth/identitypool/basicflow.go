package identitypool

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// BasicFlow gets credentials from STS (the basic or classic flow): for sessions of up to twelve
// hours, for a role that the identity pool does not know, or with session policies. The identity
// pool must allow it, and the role must trust cognito-identity.amazonaws.com. Guests get no policy
// from Cognito that narrows the role. Amplify does not have it.
type BasicFlow struct {
	// RoleARN is the role to assume. Required.
	RoleARN string
	// Duration is how long the credentials are valid, from 15 minutes to the role's maximum, at
	// most 12 hours. Default: 1 hour.
	Duration time.Duration
	// RoleSessionName is the name in the logs of AWS: 2 to 64 letters, digits and _+=,.@-. Default:
	// the part of the identity's id after the ":".
	RoleSessionName string
	// Policy, in JSON, and PolicyARNs narrow what the role allows. Default: nothing does.
	Policy     string
	PolicyARNs []string
	// Endpoint is the URL to use instead of STS's. Default: the region's endpoint. Plain http is
	// accepted for loopback addresses only.
	Endpoint string
}

const (
	minDuration = 15 * time.Minute
	maxPolicies = 10
)

var sessionNameForm = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

func (b BasicFlow) check() error {
	switch {
	case !arnForm.MatchString(b.RoleARN):
		return badField("BasicFlow.RoleARN", "is not the ARN of a role")
	case b.Duration != 0 && (b.Duration < minDuration || b.Duration > maxLife):
		return badField("BasicFlow.Duration", "is not between 15 minutes and 12 hours")
	case b.RoleSessionName != "" && !sessionNameForm.MatchString(b.RoleSessionName):
		return badField("BasicFlow.RoleSessionName", "is not 2 to 64 letters, digits and _+=,.@-")
	case len(b.PolicyARNs) > maxPolicies:
		return badField("BasicFlow.PolicyARNs", "has more than 10 elements")
	}
	if why := transport.Unfit(b.Endpoint); b.Endpoint != "" && why != "" {
		return badField("BasicFlow.Endpoint", why)
	}
	return nil
}

// exchange returns the flow: a token of the identity pool, then the role.
func (b BasicFlow) exchange(service *cognitoidentity.Client, client *http.Client, region string) exchange {
	b.PolicyARNs = slices.Clone(b.PolicyARNs)
	securityTokens := sts.New(sts.Options{
		Region: region, Credentials: aws.AnonymousCredentials{},
		HTTPClient:   bounded{transport.Strict(client, requestTimeout)},
		BaseEndpoint: endpoint(b.Endpoint),
	})
	return func(ctx context.Context, identityID string, logins map[string]string) (issued, error) {
		token, err := service.GetOpenIdToken(ctx, &cognitoidentity.GetOpenIdTokenInput{
			IdentityId: &identityID, Logins: logins,
		})
		if err != nil {
			return issued{}, apiError(ctx, err)
		}
		identityID = aws.ToString(token.IdentityId)
		if aws.ToString(token.Token) == "" || !isID(identityID) {
			return issued{}, badAnswer("has no token for STS")
		}
		out, err := securityTokens.AssumeRoleWithWebIdentity(ctx, b.request(identityID, token.Token))
		if err != nil {
			return issued{}, apiError(ctx, err)
		}
		got := out.Credentials
		if got == nil {
			return issued{}, badAnswer("has no credentials")
		}
		return checked(aws.Credentials{
			AccessKeyID: aws.ToString(got.AccessKeyId), SecretAccessKey: aws.ToString(got.SecretAccessKey),
			SessionToken: aws.ToString(got.SessionToken), Expires: localTime(got.Expiration, out.ResultMetadata),
			AccountID: b.account(),
		}, identityID)
	}
}

func (b BasicFlow) request(identityID string, token *string) *sts.AssumeRoleWithWebIdentityInput {
	name := b.RoleSessionName
	if name == "" {
		_, name, _ = strings.Cut(identityID, ":")
	}
	in := &sts.AssumeRoleWithWebIdentityInput{RoleArn: &b.RoleARN, RoleSessionName: &name, WebIdentityToken: token}
	if b.Duration != 0 {
		in.DurationSeconds = aws.Int32(int32(b.Duration / time.Second)) //nolint:gosec // 12 hours at most
	}
	if b.Policy != "" {
		in.Policy = &b.Policy
	}
	for _, policy := range b.PolicyARNs {
		in.PolicyArns = append(in.PolicyArns, types.PolicyDescriptorType{Arn: aws.String(policy)})
	}
	return in
}

func (b BasicFlow) account() string {
	role, _ := arn.Parse(b.RoleARN) // was checked
	return role.AccountID
}

// maxAnswer bounds an answer of STS, which has a few kilobytes.
const maxAnswer = 1 << 20

// bounded is an aws.HTTPClient that does not read endless answers.
type bounded struct{ client aws.HTTPClient }

// Do implements aws.HTTPClient.
func (b bounded) Do(r *http.Request) (*http.Response, error) {
	response, err := b.client.Do(r)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	return response, nil
}
