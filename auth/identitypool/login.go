package identitypool

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// logins returns the proof of who the person is, nil for a guest: the ID token, under the name of
// the user pool. The access token would be refused.
func (h *holder) logins(ctx context.Context) (map[string]string, error) {
	if h.session == nil {
		return nil, nil
	}
	tokens, err := h.session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	switch {
	case err != nil:
		return nil, err
	case tokens.UserSub != h.sub:
		return nil, fail("", auth.ErrUserUnAuthenticated, "somebody else has signed in meanwhile")
	case tokens.IDToken.Raw == "":
		return nil, fail("", ErrNoIDToken, "the sign-in gave no ID token")
	}
	provider := h.pool.loginProvider
	if provider == "" {
		if provider, err = issuer(tokens.IDToken); err != nil {
			return nil, err
		}
	}
	return map[string]string{provider: tokens.IDToken.Raw}, nil
}

// renewTokens has Cognito replace the person's tokens, which may show that the session is over.
func (h *holder) renewTokens(ctx context.Context) error {
	_, err := h.session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	return err
}

// issuer returns the issuer of the token as the name of a login provider.
func issuer(token auth.Token) (string, error) {
	var claims struct {
		Iss string `json:"iss"`
	}
	if err := token.Claims(&claims); err != nil {
		return "", err
	}
	_, name, _ := strings.Cut(claims.Iss, "://")
	if name == "" {
		return "", fail("", auth.ErrUnexpectedResponse, "the ID token names no issuer")
	}
	return name, nil
}

// identity returns the id of the identity: the known one, the one in the session, or a new one.
func (h *holder) identity(ctx context.Context, logins map[string]string) (string, error) {
	if id := h.known(); id != "" {
		return id, nil
	}
	if id, err := h.stored(ctx); err != nil || id != "" {
		return id, err
	}
	return h.lookUp(ctx, logins)
}

// lookUp asks the identity pool for the id of the identity, and keeps it.
func (h *holder) lookUp(ctx context.Context, logins map[string]string) (string, error) {
	out, err := h.pool.service.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: &h.pool.id, Logins: logins})
	if err != nil {
		return "", apiError(ctx, err)
	}
	if out.IdentityId == nil || !isID(*out.IdentityId) {
		return "", badAnswer("has no id of the identity")
	}
	h.remember(ctx, *out.IdentityId) // now, since a guest's next GetId would make another identity
	return *out.IdentityId, nil
}

// slot is what is kept in the session.
type slot struct {
	Sub        string `json:"sub"` // whose identity it is
	IdentityID string `json:"identityId"`
}

// slotName is the name of the pool's slot: a session may have identities in several pools.
func (p *Pool) slotName() string { return "idp:" + p.id }

// stored returns the id in the session's slot, or "". What cannot be read counts as nothing: the
// identity pool tells the id again.
func (h *holder) stored(ctx context.Context) (string, error) {
	if h.session == nil {
		return "", nil
	}
	data, err := h.session.Slot(ctx, h.pool.slotName())
	var kept slot
	if err != nil || json.Unmarshal(data, &kept) != nil || kept.Sub != h.sub || !isID(kept.IdentityID) {
		return "", err
	}
	return kept.IdentityID, nil
}

// remember keeps the id of the identity. If the session's slot cannot be written, the next process
// asks the identity pool again; that is no reason to fail.
func (h *holder) remember(ctx context.Context, id string) {
	if id == h.known() {
		return
	}
	h.know(id)
	if h.session == nil {
		return
	}
	h.keep(ctx, id)
	if errors.Is(h.present(ctx), auth.ErrUserUnAuthenticated) {
		h.keep(ctx, "") // the person left while it was being written
	}
}

// keep writes the id into the session's slot. With an empty id it removes the person's own one.
func (h *holder) keep(ctx context.Context, id string) {
	_ = h.session.UpdateSlot(ctx, h.pool.slotName(), func(old []byte) ([]byte, error) {
		var kept slot
		switch {
		case id != "":
			return json.Marshal(slot{Sub: h.sub, IdentityID: id})
		case json.Unmarshal(old, &kept) == nil && kept.Sub != h.sub:
			return old, nil
		default:
			return nil, nil
		}
	})
}

// present returns an error if the person is not signed in any more.
func (h *holder) present(ctx context.Context) error {
	if h.session == nil {
		return nil
	}
	user, err := h.session.CurrentUser(ctx)
	if err == nil && user.UserID != h.sub {
		return fail("", auth.ErrUserUnAuthenticated, "somebody else has signed in meanwhile")
	}
	return err
}
