package cookiestore

import (
	"errors"
	"fmt"
)

// Errors of a Store, beside those of auth.Store. They are wrapped.
var (
	// ErrNoExchange means that the context is not of a request that came through Store.Middleware.
	ErrNoExchange = errors.New("the context is of no request that went through Middleware")
	// ErrOtherSession means that the key is not the one that Store.SessionKey gives for this
	// request.
	ErrOtherSession = errors.New("the key is not that of this request: use SessionKey")
	// ErrHeadersSent means that the response has begun, so that its cookies cannot be changed any
	// more.
	ErrHeadersSent = errors.New("the headers are sent, and the cookies with them")
)

// A SizeError says that something does not fit into cookies. Nothing was changed.
type SizeError struct {
	Cookie string // its name before it is encoded; "" for all cookies together
	Size   int    // of name and value, in bytes
	Limit  int
}

// Error names the cookie and the sizes.
func (e *SizeError) Error() string {
	what := "all cookies together"
	if e.Cookie != "" {
		what = fmt.Sprintf("the cookie %q", e.Cookie)
	}
	return fmt.Sprintf("%s would have %d bytes, the limit is %d", what, e.Size, e.Limit)
}
