package services

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// errUnauthorized makes API Gateway answer 401; any other error is a 500.
var errUnauthorized = errors.New("Unauthorized")

// judged says whether the caller may pass. An error is a 401, or a 500 if the token was not judged.
func judged(claims jwt.AccessClaims, err error) (allowed bool, _ map[string]any, _ error) {
	var failure *jwt.Error
	switch {
	case err == nil:
		return true, map[string]any{"username": claims.Username}, nil
	case errors.As(err, &failure) && failure.Reason.Status() == http.StatusForbidden:
		return false, nil, nil
	case errors.As(err, &failure) && failure.Reason.Status() == http.StatusUnauthorized:
		return false, nil, errUnauthorized
	default:
		return false, nil, err
	}
}

// TokenAuthorizer is a Lambda authorizer of the type TOKEN for a REST API: lambda.Start takes it.
func TokenAuthorizer(verifier *jwt.Verifier) func(context.Context, tokenRequest) (policyResponse, error) {
	return func(ctx context.Context, in tokenRequest) (policyResponse, error) {
		claims, err := verifier.Authorize(ctx, readers, in.AuthorizationToken)
		return policy(in.MethodArn, claims, err)
	}
}

// RequestAuthorizer is a Lambda authorizer of the type REQUEST for a REST API.
func RequestAuthorizer(verifier *jwt.Verifier) func(context.Context, requestRequest) (policyResponse, error) {
	return func(ctx context.Context, in requestRequest) (policyResponse, error) {
		claims, err := verifier.Authorize(ctx, readers, header(in.Headers, "Authorization")...)
		return policy(in.MethodArn, claims, err)
	}
}

// HTTPAPIAuthorizer is a Lambda authorizer for an HTTP API, format 2.0 with simple responses.
func HTTPAPIAuthorizer(verifier *jwt.Verifier) func(context.Context, httpRequest) (httpResponse, error) {
	return func(ctx context.Context, in httpRequest) (httpResponse, error) {
		allowed, known, err := judged(verifier.Authorize(ctx, readers, header(in.Headers, "Authorization")...))
		return httpResponse{IsAuthorized: allowed, Context: known}, err
	}
}

// AppSyncAuthorizer is a Lambda authorizer for AppSync, whose callers send the token without a
// scheme. AppSync answers 401 to all who are not authorized.
func AppSyncAuthorizer(verifier *jwt.Verifier) func(context.Context, appSyncRequest) (appSyncResponse, error) {
	return func(ctx context.Context, in appSyncRequest) (appSyncResponse, error) {
		allowed, known, err := judged(verifier.Authorize(ctx, readers, "Bearer "+in.AuthorizationToken))
		if errors.Is(err, errUnauthorized) {
			err = nil
		}
		return appSyncResponse{IsAuthorized: allowed, ResolverContext: known}, err
	}
}

type (
	tokenRequest    = events.APIGatewayCustomAuthorizerRequest
	requestRequest  = events.APIGatewayCustomAuthorizerRequestTypeRequest
	policyResponse  = events.APIGatewayCustomAuthorizerResponse
	httpRequest     = events.APIGatewayV2CustomAuthorizerV2Request
	httpResponse    = events.APIGatewayV2CustomAuthorizerSimpleResponse
	appSyncRequest  = events.AppSyncLambdaAuthorizerRequest
	appSyncResponse = events.AppSyncLambdaAuthorizerResponse
)

// policy allows or denies the method that was called. API Gateway may keep the answer for other
// methods of the same token: with caching on, name all of the API's methods in Resource.
func policy(method string, claims jwt.AccessClaims, err error) (policyResponse, error) {
	allowed, known, err := judged(claims, err)
	if err != nil {
		return policyResponse{}, err
	}
	effect := map[bool]string{true: "Allow", false: "Deny"}[allowed]
	return policyResponse{
		PrincipalID: claims.Subject, Context: known,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version: "2012-10-17",
			Statement: []events.IAMPolicyStatement{
				{Action: []string{"execute-api:Invoke"}, Effect: effect, Resource: []string{method}},
			},
		},
	}, nil
}

// header returns the values of a header, whose name a REST API passes on as the caller wrote it.
func header(headers map[string]string, name string) []string {
	var values []string
	for key, value := range headers {
		if strings.EqualFold(key, name) {
			values = append(values, value)
		}
	}
	return values
}
