package identitypool

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/smithy-go/middleware"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// exchange gets credentials for an identity. The logins are nil for a guest.
type exchange func(ctx context.Context, identityID string, logins map[string]string) (issued, error)

// issued are new credentials, with their real end by this machine's clock, and the identity that
// they are for: it may be another than the one that was asked for.
type issued struct {
	redacted
	aws.Credentials
	identityID string
}

// exchange gets new credentials. A refused token is renewed, and an identity that is not this
// person's is looked up anew, once each. The old identity stays known until there is another.
func (h *holder) exchange(ctx context.Context) (issued, error) {
	var renewed, anew bool
	for {
		got, err := h.try(ctx, anew)
		switch {
		case err == nil:
			h.remember(ctx, got.identityID)
			return got, h.present(ctx)
		case errors.Is(err, ErrLoginExpired) && h.session != nil && !renewed:
			renewed = true
			if err := h.renewTokens(ctx); err != nil {
				return issued{}, err
			}
		case errors.Is(err, ErrIdentityMismatch) && h.session != nil && !anew:
			anew = true
		default:
			return issued{}, err
		}
	}
}

func (h *holder) try(ctx context.Context, anew bool) (issued, error) {
	logins, err := h.logins(ctx)
	if err != nil {
		return issued{}, err
	}
	find := h.identity
	if anew {
		find = h.lookUp
	}
	id, err := find(ctx, logins)
	if err != nil {
		return issued{}, err
	}
	return h.pool.exchange(ctx, id, logins)
}

// adopt presents a guest's identity together with the person's login, which links or merges them.
func (h *holder) adopt(ctx context.Context, guestID string) error {
	logins, err := h.logins(ctx)
	if err != nil {
		return err
	}
	got, err := h.pool.exchange(ctx, guestID, logins)
	if err != nil {
		return err
	}
	h.remember(ctx, got.identityID)
	h.renew()
	return nil
}

// enhancedFlow lets the identity pool choose the role and make the credentials.
func enhancedFlow(service *cognitoidentity.Client, customRole string) exchange {
	var role *string
	if customRole != "" {
		role = &customRole
	}
	return func(ctx context.Context, identityID string, logins map[string]string) (issued, error) {
		in := &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: &identityID, Logins: logins}
		if len(logins) > 0 {
			in.CustomRoleArn = role
		}
		out, err := service.GetCredentialsForIdentity(ctx, in)
		if err != nil {
			return issued{}, apiError(ctx, err)
		}
		got := out.Credentials
		if got == nil {
			return issued{}, badAnswer("has no credentials")
		}
		return checked(aws.Credentials{
			AccessKeyID: aws.ToString(got.AccessKeyId), SecretAccessKey: aws.ToString(got.SecretKey),
			SessionToken: aws.ToString(got.SessionToken), Expires: localTime(got.Expiration, out.ResultMetadata),
		}, aws.ToString(out.IdentityId))
	}
}

// localTime returns a time of the server by this machine's clock. Without the server's own time it
// takes the two clocks for the same. It returns the zero time for nil.
func localTime(at *time.Time, metadata middleware.Metadata) time.Time {
	if at == nil {
		return time.Time{}
	}
	server, told := awsmiddleware.GetServerTime(metadata)
	if !told {
		return *at
	}
	return time.Now().Add(at.Sub(server))
}

// maxLife bounds how long credentials are trusted: no role session is longer.
const maxLife = 12 * time.Hour

// checked completes credentials, or refuses those that are not whole or have no end: a program that
// took them would use them forever.
func checked(c aws.Credentials, identityID string) (issued, error) {
	now := time.Now()
	switch {
	case c.AccessKeyID == "" || c.SecretAccessKey == "" || c.SessionToken == "":
		return issued{}, badAnswer("has incomplete credentials")
	case !now.Before(c.Expires):
		return issued{}, badAnswer("has credentials that have expired, or without an end")
	case !isID(identityID):
		return issued{}, badAnswer("has no id of the identity")
	}
	if latest := now.Add(maxLife); c.Expires.After(latest) {
		c.Expires = latest
	}
	c.CanExpire, c.Source = true, Source
	return issued{Credentials: c, identityID: identityID}, nil
}

func badAnswer(why string) error { return fail("", auth.ErrUnexpectedResponse, "the answer "+why) }
