package authtest

import (
	"math"
	"slices"
	"strings"
	"time"
)

// clientSettings are what an administrator can change of an app client, in the form of the API.
type clientSettings struct {
	AccessTokenValidity                      int                     `wire:"AccessTokenValidity,TokenValidity" json:",omitempty"`
	AllowedOAuthFlows                        []string                `wire:"AllowedOAuthFlows,OAuthFlow,max=3" json:",omitempty"`
	AllowedOAuthFlowsUserPoolClient          bool                    `wire:"AllowedOAuthFlowsUserPoolClient"`
	AllowedOAuthScopes                       []string                `wire:"AllowedOAuthScopes,Scope,max=50" json:",omitempty"`
	AnalyticsConfiguration                   *analyticsConfiguration `wire:"AnalyticsConfiguration" json:",omitempty"`
	AuthSessionValidity                      int                     `wire:"AuthSessionValidity,SessionValidity"`
	CallbackURLs                             []string                `wire:"CallbackURLs,RedirectURL,max=100" json:",omitempty"`
	DefaultRedirectURI                       string                  `wire:"DefaultRedirectURI,RedirectURL" json:",omitempty"`
	EnablePropagateAdditionalUserContextData bool                    `wire:"EnablePropagateAdditionalUserContextData"`
	EnableTokenRevocation                    *bool                   `wire:"EnableTokenRevocation"`
	ExplicitAuthFlows                        []string                `wire:"ExplicitAuthFlows,ExplicitAuthFlow" json:",omitempty"`
	IDTokenValidity                          int                     `wire:"IdTokenValidity,TokenValidity" json:"IdTokenValidity,omitempty"`
	LogoutURLs                               []string                `wire:"LogoutURLs,RedirectURL,max=100" json:",omitempty"`
	PreventUserExistenceErrors               string                  `wire:"PreventUserExistenceErrors,PreventUserExistence" json:",omitempty"`
	ReadAttributes                           []string                `wire:"ReadAttributes,ClientAttribute" json:",omitempty"`
	RefreshTokenRotation                     *refreshTokenRotation   `wire:"RefreshTokenRotation" json:",omitempty"`
	RefreshTokenValidity                     int                     `wire:"RefreshTokenValidity,RefreshTokenValidity"`
	SupportedIdentityProviders               []string                `wire:"SupportedIdentityProviders,ProviderName" json:",omitempty"`
	TokenValidityUnits                       *tokenValidityUnits     `wire:"TokenValidityUnits" json:",omitempty"`
	WriteAttributes                          []string                `wire:"WriteAttributes,ClientAttribute" json:",omitempty"`
}

type analyticsConfiguration struct {
	ApplicationArn string `wire:"ApplicationArn,Arn" json:",omitempty"`
	ApplicationID  string `wire:"ApplicationId,String" json:"ApplicationId,omitempty"`
	ExternalID     string `wire:"ExternalId,String" json:"ExternalId,omitempty"`
	RoleArn        string `wire:"RoleArn,Arn" json:",omitempty"`
	UserDataShared bool   `wire:"UserDataShared"`
}

type refreshTokenRotation struct {
	Feature                 string `wire:"Feature,Feature,required"`
	RetryGracePeriodSeconds int    `wire:"RetryGracePeriodSeconds,GracePeriod"`
}

type tokenValidityUnits struct {
	AccessToken  string `wire:"AccessToken,TimeUnit" json:",omitempty"`
	IDToken      string `wire:"IdToken,TimeUnit" json:"IdToken,omitempty"`
	RefreshToken string `wire:"RefreshToken,TimeUnit" json:",omitempty"`
}

const (
	allowPrefix       = "ALLOW_"
	allowRefresh      = allowPrefix + flowRefresh
	allowCustom       = allowPrefix + flowCustom
	allowAdmin        = allowPrefix + flowAdminPassword
	legacyAdmin       = flowAdminNoSRP
	legacyCustom      = "CUSTOM_AUTH_FLOW_ONLY"
	existenceRevealed = "LEGACY"
	existenceHidden   = "ENABLED"
	featureEnabled    = "ENABLED"
)

// withDefaults returns the settings with the defaults of the API for what a request omits.
func (s clientSettings) withDefaults() clientSettings {
	fill(&s.PreventUserExistenceErrors, existenceRevealed)
	fill(&s.AuthSessionValidity, 3)
	fill(&s.RefreshTokenValidity, 30)
	if s.EnableTokenRevocation == nil {
		revocable := true
		s.EnableTokenRevocation = &revocable
	}
	if len(s.ExplicitAuthFlows) == 0 {
		s.ExplicitAuthFlows = []string{allowPrefix + flowSRP, allowCustom, allowRefresh}
	}
	if s.TokenValidityUnits == nil {
		s.TokenValidityUnits = &tokenValidityUnits{}
	}
	return s
}

// check refuses settings that contradict each other.
func (s clientSettings) check() error {
	legacy := 0
	for _, flow := range s.ExplicitAuthFlows {
		if !strings.HasPrefix(flow, allowPrefix) {
			legacy++
		}
	}
	access, id, refresh := s.validities()
	switch {
	case legacy > 0 && legacy < len(s.ExplicitAuthFlows):
		return refuse(codeInvalidParameter, "ExplicitAuthFlows cannot mix values with and without the prefix ALLOW_.")
	case s.rotates() && slices.Contains(s.ExplicitAuthFlows, allowRefresh):
		return refuse(codeInvalidParameter, "Refresh token rotation cannot be enabled together with %s.", allowRefresh)
	case outside(access, 5*time.Minute, day) || outside(id, 5*time.Minute, day) ||
		outside(refresh, time.Hour, 10*365*day):
		return refuse(codeInvalidParameter, "Invalid range for token validity.")
	}
	return s.checkRedirects()
}

func outside(d, low, top time.Duration) bool { return d < low || d > top }

func (s clientSettings) rotates() bool {
	return s.RefreshTokenRotation != nil && s.RefreshTokenRotation.Feature == featureEnabled
}

// validities are how long the tokens live. Without a unit, the numbers are hours and for refresh
// tokens days.
func (s clientSettings) validities() (access, id, refresh time.Duration) {
	units := tokenValidityUnits{}
	if s.TokenValidityUnits != nil {
		units = *s.TokenValidityUnits
	}
	access, id = time.Hour, time.Hour
	if s.AccessTokenValidity > 0 {
		access = lasting(s.AccessTokenValidity, units.AccessToken, time.Hour)
	}
	if s.IDTokenValidity > 0 {
		id = lasting(s.IDTokenValidity, units.IDToken, time.Hour)
	}
	return access, id, lasting(s.RefreshTokenValidity, units.RefreshToken, day)
}

func lasting(n int, unit string, otherwise time.Duration) time.Duration {
	length, named := timeUnits()[unit]
	if !named {
		length = otherwise
	}
	if n > int(math.MaxInt64/length) {
		return math.MaxInt64 // more than any token may live
	}
	return time.Duration(n) * length
}

func timeUnits() map[string]time.Duration {
	return map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": day}
}

// allowed are the flows in today's names. Of the older ones, every client has SRP unless it says
// otherwise.
func (s clientSettings) allowed() []string {
	if strings.HasPrefix(s.ExplicitAuthFlows[0], allowPrefix) {
		return s.ExplicitAuthFlows
	}
	flows := []string{allowRefresh, allowCustom}
	if !slices.Contains(s.ExplicitAuthFlows, legacyCustom) {
		flows = append(flows, allowPrefix+flowSRP)
	}
	for old, name := range map[string]string{legacyAdmin: allowAdmin, flowPassword: allowPrefix + flowPassword} {
		if slices.Contains(s.ExplicitAuthFlows, old) {
			flows = append(flows, name)
		}
	}
	return flows
}
