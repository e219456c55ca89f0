package auth

import (
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// trustedSkew is how far this machine's clock may be off before the server's counts. Less does no harm.
const trustedSkew = time.Minute

// serverTime is the time that an answer came, for a proof that Cognito wants to be fresh. A wrong clock on this side must not keep people
// out.
func serverTime(answer middleware.Metadata) time.Time {
	now := time.Now()
	server, ok := awsmiddleware.GetServerTime(answer)
	if !ok || server.Sub(now).Abs() < trustedSkew {
		return now
	}
	return server
}
