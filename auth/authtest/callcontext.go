package authtest

// callContext is what most calls of an app client may carry. ClientMetadata is for the triggers. The pool has no analytics and
// no threat protection, so it takes the rest and does not look at it.
type callContext struct {
	ClientMetadata    map[string]string `wire:"ClientMetadata"`
	AnalyticsMetadata *analytics        `wire:"AnalyticsMetadata"`
	UserContextData   *userContext      `wire:"UserContextData"`
}

type analytics struct {
	AnalyticsEndpointID string `wire:"AnalyticsEndpointId"`
}

type userContext struct {
	IPAddress   string `wire:"IpAddress"`
	EncodedData string `wire:"EncodedData"`
}
