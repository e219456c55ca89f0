package auth

import (
	"context"
	"strings"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The headers of AWS WAF.
const (
	// Of an answer: what the firewall did instead of letting the request pass.
	wafActionHeader = "X-Amzn-Waf-Action"
	// Of a request: the proof that the person has answered.
	wafTokenHeader = "X-Aws-Waf-Token" //nolint:gosec // a name
)

// maxWAFToken bounds the token. AWS's have less than 2 KiB.
const maxWAFToken = 8 << 10

// wantsToken lists the actions after which a request with a token may pass.
var wantsToken = map[string]bool{"captcha": true, "challenge": true}

type wafTokenKey struct{}

// WithWAFToken returns a context whose calls send token to the web firewall in front of the pool,
// as the header x-aws-waf-token. The token is what AWS's script in the browser returns:
// AwsWafIntegration.getToken or, after an [ErrCaptchaRequired], AwsWafCaptcha.renderCaptcha. It is
// valid for minutes, in which all requests may carry it. If it cannot be sent in a header, the
// verbs return [ErrInvalidParameter] and send nothing. An empty token sends no header.
//
// Amplify: none. A program sets the header there through the library's options.
func WithWAFToken(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, wafTokenKey{}, token)
}

// wafToken returns the token of the context, or "".
func wafToken(ctx context.Context) (string, error) {
	token, _ := ctx.Value(wafTokenKey{}).(string)
	if !fitsHeader(token) {
		return "", fail(ErrInvalidParameter, "the WAF token is too long, or has characters that no header may have")
	}
	return token, nil
}

// sendWAFToken adds the token of the context to a request.
func sendWAFToken(stack *middleware.Stack) error {
	add := func(
		ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
	) (middleware.BuildOutput, middleware.Metadata, error) {
		token, err := wafToken(ctx)
		if err != nil {
			return middleware.BuildOutput{}, middleware.Metadata{}, err
		}
		if request, ok := in.Request.(*smithyhttp.Request); ok && token != "" {
			request.Header.Set(wafTokenHeader, token)
		}
		return next.HandleBuild(ctx, in)
	}
	return stack.Build.Add(middleware.BuildMiddlewareFunc("WAFToken", add), middleware.After)
}

// fitsHeader reports whether token consists of visible ASCII and is not too long.
func fitsHeader(token string) bool {
	return len(token) <= maxWAFToken && !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// wafAction returns what AWS WAF did instead of letting the request pass, or "".
func wafAction(err error) string {
	_, header := answerIn(err)
	return header.Get(wafActionHeader)
}
