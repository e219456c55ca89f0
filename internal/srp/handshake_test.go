package srp_test

import (
	"flag"
	"fmt"
	"math/big"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

var handshakes = flag.Int("handshakes", 300, "how many handshakes TestRandomHandshakes does, and its twin for devices")

// exchange is one handshake of the package with the reference server.
type exchange struct {
	client *srp.Handshake
	server *referenceServer
	now    time.Time
}

func newExchange(t testing.TB, r *reference) *exchange {
	id := srp.Identity{
		Pool:     random(t, 48).Text(62),
		User:     random(t, 128).Text(16),
		Password: "Pässwörd " + random(t, 80).Text(62),
	}
	seconds := random(t, 33).Int64()
	e := &exchange{server: r.enrol(id, random(t, 128), random(t, 256)), now: time.Unix(seconds, 0)}
	e.server.secretBlock = random(t, 2048).Bytes()
	e.redrawClient(t)
	return e
}

func (e *exchange) redrawClient(t testing.TB) {
	h, err := srp.Begin()
	require.NoError(t, err)
	e.client = h
}

// redrawServer takes a short secret, because a search through 256 of them would otherwise take too
// long.
func (e *exchange) redrawServer(t testing.TB) { e.server.choose(random(t, 24)) }

func (e *exchange) redrawSalt(t testing.TB) {
	*e.server = *e.server.enrol(e.server.id, random(t, 128), e.server.secret)
}

func (e *exchange) check(t testing.TB) {
	proof, err := e.client.Sign(e.server.id, e.server.parameters(), e.now)
	if assert.NoError(t, err) {
		assert.Equal(t, e.server.expects(integer(e.client.A()), e.now), proof.Signature)
		assert.Equal(t, timestamp(e.now), proof.Timestamp)
	}
}

// quantity is a number whose padding matters, and how to draw it again.
type quantity struct {
	name   string
	width  int // in bytes
	redraw func(*exchange, testing.TB)
	value  func(*exchange) *big.Int
}

func quantities() []quantity {
	public := func(e *exchange) *big.Int { return integer(e.client.A()) }
	return []quantity{
		{"A", 384, (*exchange).redrawClient, public},
		{"B", 384, (*exchange).redrawServer, func(e *exchange) *big.Int { return e.server.public }},
		{"u", 32, (*exchange).redrawServer, func(e *exchange) *big.Int { return e.server.u(public(e), e.server.public) }},
		{"S", 384, (*exchange).redrawServer, func(e *exchange) *big.Int { return e.server.premaster(public(e)) }},
		{"salt", 16, (*exchange).redrawSalt, func(e *exchange) *big.Int { return e.server.salt }},
	}
}

// shape is a form of a quantity that an implementation with another padding gets wrong.
type shape struct {
	quantity
	form   string
	wanted func(n *big.Int, width int) bool
}

func shapes(of []quantity) []shape {
	short := func(n *big.Int, width int) bool { return n.BitLen() <= 8*(width-1) }
	high := func(n *big.Int, width int) bool { return n.BitLen() == 8*width }
	var all []shape
	for _, q := range of {
		all = append(all, shape{q, "leading zero byte", short}, shape{q, "high bit", high})
	}
	return all
}

func (s *shape) force(t testing.TB, e *exchange) {
	for !s.wanted(s.value(e), s.width) {
		s.redraw(e, t)
	}
}

func TestForcedShapes(t *testing.T) {
	t.Parallel()
	eachShape(t, newExchange, shapes(quantities()))
}

func eachShape(t *testing.T, start func(testing.TB, *reference) *exchange, all []shape) {
	r := newReference()
	for _, s := range all {
		t.Run(s.name+" "+s.form, func(t *testing.T) {
			t.Parallel()
			e := start(t, r)
			s.force(t, e)
			e.check(t)
		})
	}
}

// TestRandomHandshakes has one forced shape of each kind among every hundred handshakes.
func TestRandomHandshakes(t *testing.T) {
	t.Parallel()
	manyHandshakes(t, newExchange, shapes(quantities()))
}

func manyHandshakes(t *testing.T, start func(testing.TB, *reference) *exchange, all []shape) {
	r := newReference()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for n := next.Add(1) - 1; n < int64(*handshakes) && !t.Failed(); n = next.Add(1) - 1 {
				e := start(t, r)
				if kind := n % 100; kind < int64(len(all)) {
					all[kind].force(t, e)
				}
				e.check(t)
			}
		})
	}
	workers.Wait()
	t.Logf("%d handshakes agree with the reference server", *handshakes)
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	id := e.server.id
	id.Password += "x"
	proof, err := e.client.Sign(id, e.server.parameters(), e.now)
	require.NoError(t, err)
	assert.NotEqual(t, e.server.expects(integer(e.client.A()), e.now), proof.Signature)
}

func TestBeginIsFresh(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 50 {
		h, err := srp.Begin()
		require.NoError(t, err)
		require.Regexp(t, "^[1-9a-f][0-9a-f]{700,767}$", h.A())
		require.False(t, seen[h.A()])
		seen[h.A()] = true
	}
}

func TestSecretBlockIsEchoed(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	e.server.secretBlock = []byte{0xfb, 0xff, 0xfe, 0x3f}
	var signatures []string
	for _, text := range []string{"+//+Pw==", "+//+Pw", "-__-Pw==", "-__-Pw"} {
		parameters := e.server.parameters()
		parameters["SECRET_BLOCK"] = text
		proof, err := e.client.Sign(e.server.id, parameters, e.now)
		require.NoError(t, err)
		assert.Equal(t, text, proof.SecretBlock)
		signatures = append(signatures, proof.Signature)
	}
	want := e.server.expects(integer(e.client.A()), e.now)
	assert.Equal(t, []string{want, want, want, want}, signatures)
}

func TestConcurrentSign(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() { e.check(t) })
	}
	callers.Wait()
}

func TestZeroHandshake(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	proof, err := new(srp.Handshake).Sign(e.server.id, e.server.parameters(), e.now)
	require.EqualError(t, err, "srp: Handshake was not made by Begin")
	assert.True(t, proof == srp.Proof{})
}

func TestAllocations(t *testing.T) {
	e := newExchange(t, newReference())
	parameters := e.server.parameters()
	allocations := testing.AllocsPerRun(5, func() {
		h, err := srp.Begin()
		require.NoError(t, err)
		_ = h.A()
		_, err = h.Sign(e.server.id, parameters, e.now)
		require.NoError(t, err)
	})
	assert.LessOrEqual(t, allocations, 60.0, fmt.Sprintf("%v allocations", allocations))
}
