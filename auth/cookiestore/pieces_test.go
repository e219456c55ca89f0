package cookiestore_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestLeftPiece_isIgnored lets two requests of one browser cross: the response that arrives last
// does not know of the pieces that the other one has set, and so does not remove them.
func TestLeftPiece_isIgnored(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	set := func(r *http.Request, size int) reply {
		return answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
			require.NoError(t, a.session(ctx).UpdateSlot(ctx, "slot", func([]byte) ([]byte, error) {
				return make([]byte, size), nil
			}))
		})
	}
	first, second := b.request(t.Context()), b.request(t.Context())
	b.receive(set(first, 4000))
	left := strings.TrimSuffix(sealedName(a), "0") + "1"
	require.Contains(t, b.cookies(), left)
	b.receive(set(second, 10))
	require.Contains(t, b.cookies(), left, "it was left")
	assert.Equal(t, []auth.Factor{auth.FactorPassword}, factors(t, a, b))
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		data, err := session.Slot(ctx, "slot")
		require.NoError(t, err)
		assert.Len(t, data, 10)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	})
	assert.Empty(t, b.cookies())
}

// TestPiecesOfTwoSignIns_areNone: they do not open, and neither do pieces in another order.
func TestPiecesOfTwoSignIns_areNone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(pieces, others []string){
		"of another sign-in": func(pieces, others []string) { pieces[1] = others[1] },
		"in another order":   func(pieces, _ []string) { pieces[0], pieces[1] = pieces[1], pieces[0] },
		"one twice":          func(pieces, _ []string) { pieces[1] = pieces[0] },
		"without the first":  func(pieces, _ []string) { pieces[0] = "" },
		"without the last":   func(pieces, _ []string) { pieces[len(pieces)-1] = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, b, other := newGrowing(t), newBrowser(t), newBrowser(t)
			g.grow(9000, 0)
			b.signIn(t, g.app)
			other.signIn(t, g.app)
			piece := func(i int) string { return strings.TrimSuffix(sealedName(g.app), "0") + strconv.Itoa(i) }
			pieces := func(b *browser) (values []string) {
				for c := b.cookies(); c[piece(len(values))] != ""; {
					values = append(values, c[piece(len(values))])
				}
				return values
			}
			changed := pieces(b)
			change(changed, pieces(other))
			visitor := with(t, b, func(c map[string]string) {
				for i, value := range changed {
					c[piece(i)] = value
				}
			})
			require.NotEqual(t, b.cookies(), visitor.cookies())
			got := g.tokens(t, visitor, auth.FetchAuthSessionInput{})
			assert.Equal(t, "alice", got.AccessToken.Username)
			assert.Empty(t, got.IDToken.Raw)
			assert.Empty(t, got.Factors)
			visitor.do(t.Context(), g.app, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			})
			assert.Empty(t, visitor.cookies())
		})
	}
}
