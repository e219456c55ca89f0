package bff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// Config says whom a [Handler] signs in, and where it is reached. Client and PublicURL are
// required.
type Config struct {
	// Client keeps the sessions of the people, in its Store. Required.
	Client *auth.Client
	// PublicURL is where browsers reach the program, such as "https://app.example.com": a scheme
	// and a host, whatever a proxy in front makes of them. It decides which origin may post, and
	// how cookies are named. http is accepted for loopback only; "http://localhost:8080" is the
	// address to develop with. Required.
	PublicURL string
	// Prefix is the path below which the handler's routes are. Default: "/auth/".
	Prefix string
	// Home is the local path that a person is sent to after a sign-in that began at the sign-in
	// page. Default: "/".
	Home string
	// AppName is what people call the program. Default: the host of PublicURL.
	AppName string
	// CookieName begins the names of the cookies. Programs on one host need different names.
	// Default: "session".
	CookieName string

	// SignIn is how a sign-in begins; its Username and Password are ignored. Default: the password,
	// by SRP, of which Cognito learns nothing. This server sees the password in any case.
	SignIn auth.SignInInput
	// LoginWith is what people sign in with: it decides the label and the keyboard of that field.
	// If it is an address, the sign-up does not ask for it once more. Default:
	// [auth.LoginWithUsername].
	LoginWith auth.LoginMechanism
	// FirstFactors are the ways to begin a sign-in that the first page offers beside that of
	// SignIn: [auth.AuthFactorWebAuthn] for passkeys, [auth.AuthFactorEmailOTP] and
	// [auth.AuthFactorSMSOTP]. The pool has to allow them, and the app client the flow USER_AUTH. A
	// browser that can do so offers the passkeys of a name as soon as that is typed, which counts
	// as a try; whoever types a name can learn from Cognito whether it has a passkey. Default:
	// none.
	FirstFactors []auth.AuthFactorType
	// PasswordRules are what the pool requires of passwords, to be shown where a new one is chosen.
	// Cognito decides. Default: those of a new pool. [auth.ReadOutputs]
	// has them, and LoginWith and FirstFactors as well.
	PasswordRules auth.PasswordRules
	// SignUpAttributes are the attributes that the sign-up asks for, by Cognito's names. Default:
	// "email".
	SignUpAttributes []string
	// AccountAttributes are the attributes that people may change on the page account/details, by
	// Cognito's names. An attribute that grants rights does not belong here, nor among
	// SignUpAttributes. Default: SignUpAttributes.
	AccountAttributes []string
	// HideSignUp takes the sign-up away.
	HideSignUp bool
	// RevealUsers tells on sign-in whether an account is locked or disabled, and on sign-up whether
	// a name is taken. By default nobody learns from the handler who has an account, with one
	// exception: Cognito asks for the code of a sign-up that was not confirmed whatever the
	// password is, and so does the handler. Set PreventUserExistenceErrors of the app client as
	// well.
	RevealUsers bool
	// IdentityProviders are the ways to sign in at the pool's managed login, which the sign-in page
	// offers beside its own. The Client needs a Domain, and among its RedirectSignIn PublicURL +
	// Prefix + "redirect/callback"; the first of its RedirectSignOut is where a sign-out ends, such
	// as PublicURL + Prefix + "sign-in?done=sign-out". What a person proves at managed login is not
	// known here. [MFA], [Recent] and the account pages that change something ask for a proof of
	// their own, which somebody who has neither a password nor a passkey in the pool cannot give:
	// the page says so. Default: none.
	IdentityProviders []IdentityProvider

	// Idle ends a session that nobody has used for so long, Absolute one that is so old. Both are
	// checked on this server; Idle is precise to a tenth of it. Default: 30 minutes and 12 hours.
	Idle, Absolute time.Duration
	// Recent is how fresh the proof of a factor must be for the account pages that change factors,
	// passwords, addresses, devices and passkeys. Default: 10 minutes.
	Recent time.Duration
	// Limits are how many tries the handler lets through to Cognito.
	Limits Limits
	// Limiter counts the tries. Several machines need one that they share. Default: one in memory.
	Limiter Limiter
	// Replicas is how many processes serve people. If it is more than one, [New] refuses a Store
	// and a Limiter in memory. Default: 1.
	Replicas int
	// TrustedProxies are the proxies whose X-Forwarded-For header is believed. Default: none, and
	// the address of a person is that of the connection.
	TrustedProxies []netip.Prefix

	// Texts are the languages that people can choose from, the first one being the default.
	// Default: English and German.
	Texts []texts.Set
	// Templates replaces what the pages are made of. Of the files in its root directory it takes
	// "brand.css", which follows the handler's stylesheet and can set its variables; "style.css",
	// "icon.svg", "page.js" and "passkey.js" in place of the handler's; and templates in *.html,
	// which are executed with a [Page]: one by the Name of a page, such as "sign-in.html", replaces
	// that page, and "page.html" all that have none of their own. A template may use the parts
	// "top", "message", "body", "setup", "item", "form", "field", "choice" and "bottom", or define
	// others in their place. Default: none is replaced.
	Templates fs.FS
	// Logger receives the events and the causes of failures, without secrets. Default: silent.
	Logger *slog.Logger
	// OnEvent is called for each [Event], from within the request: it must be quick. Default: none.
	OnEvent func(context.Context, Event)
}

// The defaults of a Config.
const (
	defaultIdle     = 30 * time.Minute
	defaultAbsolute = 12 * time.Hour
	defaultRecent   = 10 * time.Minute
	minIdle         = time.Minute
)

// complete checks the configuration and fills in the defaults.
func (c *Config) complete() error {
	if c.Client == nil {
		return errors.New("bff: Config.Client is nil")
	}
	if err := c.checkPlace(); err != nil {
		return err
	}
	if err := c.checkTimes(); err != nil {
		return err
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.SignUpAttributes == nil {
		c.SignUpAttributes = []string{"email"}
	}
	if c.AccountAttributes == nil {
		c.AccountAttributes = c.SignUpAttributes
	}
	if c.PasswordRules == (auth.PasswordRules{}) {
		c.PasswordRules = auth.PasswordRules{
			MinLength: 8, Lowercase: true, Uppercase: true, Digits: true, Symbols: true,
		}
	}
	if len(c.Texts) == 0 {
		c.Texts = []texts.Set{texts.English(), texts.German()}
	}
	if err := c.checkTemplates(); err != nil {
		return err
	}
	return c.checkSharing()
}

// checkTemplates refuses a file system with no such file in its root, as one that holds a folder of
// them.
func (c *Config) checkTemplates() error {
	if c.Templates == nil {
		return nil
	}
	for _, pattern := range []string{"*.html", "*.css", "*.js", "*.svg"} {
		if found, err := fs.Glob(c.Templates, pattern); err == nil && len(found) > 0 {
			return nil
		}
	}
	return errors.New("bff: Config.Templates has none of its files in its root directory")
}

var cookieNames = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// checkPlace checks where the handler is reached.
func (c *Config) checkPlace() error {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Hostname() == "" || *u != (url.URL{Scheme: u.Scheme, Host: u.Host}) {
		return errors.New(`bff: Config.PublicURL is not a scheme and a host, such as "https://app.example.com"`)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return errors.New("bff: Config.PublicURL is neither https nor http on loopback")
	}
	c.PublicURL = originOf(u)
	c.Prefix = cmp.Or(c.Prefix, "/auth/")
	if localPath(c.Prefix) != c.Prefix || !strings.HasSuffix(c.Prefix, "/") || strings.ContainsAny(c.Prefix, "?#{} ") {
		return fmt.Errorf("bff: Config.Prefix %q is not a path that begins and ends with a slash", c.Prefix)
	}
	c.Home = cmp.Or(c.Home, "/")
	if localPath(c.Home) != c.Home {
		return fmt.Errorf("bff: Config.Home %q is not a local path", c.Home)
	}
	c.CookieName = cmp.Or(c.CookieName, "session")
	if !cookieNames.MatchString(c.CookieName) {
		return errors.New("bff: Config.CookieName is not made of up to 40 letters, digits, hyphens and underscores")
	}
	c.AppName = cmp.Or(c.AppName, u.Hostname())
	return c.checkSignIn()
}

// checkSignIn checks how people sign in.
func (c *Config) checkSignIn() error {
	c.LoginWith = cmp.Or(c.LoginWith, auth.LoginWithUsername)
	switch c.LoginWith {
	case auth.LoginWithUsername, auth.LoginWithEmail, auth.LoginWithPhoneNumber:
	default:
		return fmt.Errorf("bff: Config.LoginWith %q is none of the mechanisms", string(c.LoginWith))
	}
	for _, factor := range c.FirstFactors {
		if _, ok := ways[factor]; !ok {
			return fmt.Errorf("bff: Config.FirstFactors has %q, which begins no sign-in of its own", string(factor))
		}
	}
	if callback := c.callback(); len(c.IdentityProviders) > 0 && !slices.Contains(c.Client.RedirectSignIn(), callback) {
		return fmt.Errorf("bff: Config.IdentityProviders needs a Client with a Domain and RedirectSignIn %q", callback)
	}
	return nil
}

// callback is the redirect URI of a managed login.
func (c *Config) callback() string { return c.PublicURL + c.Prefix + callbackRoute }

func (c *Config) checkTimes() error {
	c.Idle = cmp.Or(c.Idle, defaultIdle)
	c.Absolute = cmp.Or(c.Absolute, defaultAbsolute)
	c.Recent = cmp.Or(c.Recent, defaultRecent)
	switch {
	case c.Idle < minIdle:
		return errors.New("bff: Config.Idle is less than a minute")
	case c.Absolute < c.Idle:
		return errors.New("bff: Config.Absolute is less than Config.Idle")
	case c.Recent <= 0:
		return errors.New("bff: Config.Recent is negative")
	}
	return c.Limits.complete()
}

// checkSharing refuses what would lose sessions.
func (c *Config) checkSharing() error {
	if c.Replicas < 0 {
		return errors.New("bff: Config.Replicas is negative")
	}
	if c.Limiter == nil {
		if c.Replicas > 1 {
			return errors.New("bff: Config.Replicas is more than one, but Config.Limiter counts in one process only")
		}
		c.Limiter = NewMemoryLimiter()
	}
	if _, inMemory := c.Client.Store().(*auth.MemoryStore); inMemory && c.Replicas > 1 {
		return errors.New("bff: Config.Replicas is more than one, but the Client's Store is in memory")
	}
	if _, inBrowser := c.Client.Store().(*cookiestore.Store); inBrowser {
		return errors.New("bff: the Client's Store is in browsers' cookies, which this package cannot look after")
	}
	return nil
}

// originOf returns the origin of a URL as browsers send it: the host in lower case, and no port
// that is the scheme's own (RFC 6454, section 6.2).
func originOf(u *url.URL) string {
	host, own := strings.ToLower(u.Host), map[string]string{"http": ":80", "https": ":443"}
	if port := ":" + u.Port(); port == ":" || port == own[u.Scheme] {
		host = strings.TrimSuffix(host, port)
	}
	return u.Scheme + "://" + host
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip, host := net.ParseIP(host), strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
