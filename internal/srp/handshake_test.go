package srp_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/big"
	"runtime"
	"strings"
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

func TestWrongPasswordIsRefused(t *testing.T) {
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

func TestZeroHandshakeIsAnError(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	proof, err := new(srp.Handshake).Sign(e.server.id, e.server.parameters(), e.now)
	require.EqualError(t, err, "srp: Handshake was not returned by Begin")
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

func TestTimestamp(t *testing.T) {
	t.Parallel()
	newYork := time.FixedZone("EST", -5*60*60)
	kathmandu := time.FixedZone("", 5*60*60+45*60)
	tests := map[string]time.Time{
		"Tue Sep 5 09:03:07 UTC 2023":  time.Date(2023, 9, 5, 9, 3, 7, 999_999_999, time.UTC),
		"Wed Oct 11 23:59:59 UTC 2023": time.Date(2023, 10, 11, 23, 59, 59, 0, time.UTC),
		"Thu Feb 29 00:00:00 UTC 2024": time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"Fri Mar 1 12:00:00 UTC 2024":  time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC),
		"Thu Jan 1 04:30:00 UTC 2026":  time.Date(2025, 12, 31, 23, 30, 0, 0, newYork),
		"Sat May 31 18:20:30 UTC 2025": time.Date(2025, 6, 1, 0, 5, 30, 0, kathmandu),
	}
	for want, at := range tests {
		assert.Equal(t, want, srp.Timestamp(at))
	}
}

// TestTimestampEveryHour compares with a format that is put together field by field.
func TestTimestampEveryHour(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC, time.FixedZone("west", -11*60*60), time.FixedZone("east", 14*60*60)}
	start := time.Date(2024, 1, 1, 0, 0, 5, 0, time.UTC)
	for hour := range 366 * 24 {
		at := start.Add(time.Duration(hour) * time.Hour)
		if got, want := srp.Timestamp(at.In(zones[hour%len(zones)])), timestamp(at); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

// TestNothingSecretIsPrinted sets every secret to a canary and prints it in every way.
func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	const canary = "canary"
	a := integer(strings.Repeat("c0ffee11", 32))
	h := srp.NewHandshake(a)
	id := srp.Identity{Pool: canary + "P", User: canary + "U", Password: canary + "W"}
	proof := srp.Proof{SecretBlock: canary + "B", Signature: canary + "S", Timestamp: canary + "T"}
	forbidden := []string{
		canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary),
		fmt.Sprintf("%d", []byte(canary)), fmt.Sprintf("%#v", []byte(canary)),
		"c0ffee11", "C0FFEE11", fmt.Sprint(uint64(0xc0ffee11c0ffee11)), h.A()[:8], strings.ToUpper(h.A()[:8]),
	}
	type holder struct {
		ID        srp.Identity
		Handshake srp.Handshake
		Proof     srp.Proof
	}
	values := map[string]any{
		"identity": id, "identity pointer": &id, "handshake": *h, "handshake pointer": h, "proof": proof, "proof pointer": &proof,
		"holder": holder{id, *h, proof}, "holder pointer": &holder{id, *h, proof},
		"slice": []any{id, &id, *h, h, proof, &proof}, "map": map[string]any{"id": id, "h": h, "proof": proof},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range printings(t, value) {
				assert.Contains(t, text, "redacted")
				for _, secret := range forbidden {
					assert.NotContains(t, text, secret)
				}
			}
		})
	}
}

// printings returns all texts that fmt, slog and encoding/json make of the value.
func printings(t *testing.T, value any) []string {
	var texts []string
	for _, flags := range []string{"", "+", "#", "-", " ", "0", "40", ".3", "+#"} {
		for _, verb := range "vsqxXdtbcoOUeEfFgG" {
			texts = append(texts, fmt.Sprintf("%"+flags+string(verb), value))
		}
	}
	var text, structured bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("sign in", "value", value, slog.Group("group", "value", value))
	slog.New(slog.NewJSONHandler(&structured, nil)).Info("sign in", "value", value, slog.Group("group", "value", value))
	encoded, err := json.Marshal(value)
	require.NoError(t, err)
	return append(texts, text.String(), structured.String(), string(encoded),
		fmt.Sprint(value), fmt.Sprintln(value), fmt.Errorf("%v", value).Error())
}
