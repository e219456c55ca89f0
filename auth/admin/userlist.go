package admin

import (
	"context"
	"errors"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Users iterates over the users of the pool with their factors, in Cognito's order, and requests
// each page, and each user, when the loop reaches it. RememberedDevices is not set. filter is one
// of ListUsers, such as `email = "alice@example.com"` or `status = "Disabled"`; with "" all users
// are listed. Users who are deleted meanwhile are left out. An error ends the iteration.
//
// Errors:
//   - [auth.ErrInvalidParameter]: the filter is malformed, or its attribute cannot be searched
//   - [auth.ErrUnexpectedResponse]: the list does not end
//
// Cognito: ListUsers, AdminGetUser.
func (c *Client) Users(ctx context.Context, filter string) iter.Seq2[UserFactors, error] {
	return c.listed(ctx, "Users", filter)
}

func (c *Client) listed(ctx context.Context, op, filter string) iter.Seq2[UserFactors, error] {
	return func(yield func(UserFactors, error) bool) {
		for name, err := range c.usernames(ctx, op, filter) {
			if err != nil {
				yield(UserFactors{}, err)
				return
			}
			user, err := c.user(ctx, op, name)
			if errors.Is(err, auth.ErrUserNotFound) {
				continue
			}
			if !yield(user, err) || err != nil {
				return
			}
		}
	}
}

func (c *Client) usernames(ctx context.Context, op, filter string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		request := &cognitoidentityprovider.ListUsersInput{
			UserPoolId: &c.id, Filter: optional(filter), Limit: aws.Int32(pageSize),
		}
		for {
			out, err := c.cognito.ListUsers(ctx, request)
			if err != nil {
				yield("", shaped(ctx, op, err))
				return
			}
			for _, u := range out.Users {
				if !yield(aws.ToString(u.Username), nil) {
					return
				}
			}
			last := aws.ToString(request.PaginationToken)
			switch request.PaginationToken = out.PaginationToken; aws.ToString(out.PaginationToken) {
			case "":
				return
			case last:
				yield("", fail(op, auth.ErrUnexpectedResponse, "the list of users does not end", ""))
				return
			}
		}
	}
}
