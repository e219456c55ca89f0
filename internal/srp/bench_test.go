package srp_test

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// benchUser is a user of the reference server, whose salt and secret are fixed so that runs can be
// compared.
func benchUser(password string) *referenceServer {
	id := srp.Identity{Pool: "Ab1Cd2Ef3", User: "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", Password: password}
	return newReference().enrol(id, integer("a9b8c7d6e5f40312233445566778899a"), hash([]byte("server")))
}

// wholeHandshake is the package's side of a sign-in: A, and the proof.
func wholeHandshake(b *testing.B, id srp.Identity, parameters map[string]string, now time.Time) {
	h, err := srp.Begin()
	if err != nil || h.A() == "" {
		b.Fatal(err)
	}
	if _, err := h.Sign(id, parameters, now); err != nil {
		b.Fatal(err)
	}
}

// wholeReference is the same by the textbook.
func wholeReference(b *testing.B, r *reference, id srp.Identity, parameters map[string]string, now time.Time) {
	c := r.begin()
	if c.public.Text(16) == "" || c.sign(id, parameters, now) == "" {
		b.Fatal("no proof")
	}
}

func BenchmarkHandshake(b *testing.B) {
	user := benchUser("Correct-horse-1!")
	parameters, now := user.parameters(), time.Now()
	compare(b, func(b *testing.B) {
		wholeHandshake(b, user.id, parameters, now)
	}, func(b *testing.B) {
		wholeReference(b, user.reference, user.id, parameters, now)
	})
}

// BenchmarkRatio fails if a handshake takes more than maxRatio of the reference's time.
func BenchmarkRatio(b *testing.B) {
	user := benchUser("Correct-horse-1!")
	parameters, now := user.parameters(), time.Now()
	ratio(b, func(b *testing.B) {
		wholeHandshake(b, user.id, parameters, now)
	}, func(b *testing.B) {
		wholeReference(b, user.reference, user.id, parameters, now)
	})
}

// compare measures one after the other, without the tables that only the first handshake of a
// process makes.
func compare(b *testing.B, ours, reference func(*testing.B)) {
	ours(b)
	b.Run("reference", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			reference(b)
		}
	})
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ours(b)
		}
	})
}

// ratio reports our time as a part of the reference's: the median of many rounds. In a round both
// run in turn, and the fastest run of each counts, so that other work of the machine has little
// effect. More than maxRatio is a failure.
func ratio(b *testing.B, our, reference func(*testing.B)) {
	our(b)
	var rounds []float64
	for b.Loop() {
		ours, theirs := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
		for range 8 {
			start := time.Now()
			our(b)
			middle := time.Now()
			reference(b)
			ours, theirs = min(ours, middle.Sub(start)), min(theirs, time.Since(middle))
		}
		rounds = append(rounds, ours.Seconds()/theirs.Seconds())
	}
	slices.Sort(rounds)
	part := rounds[len(rounds)/2]
	b.ReportMetric(part, "ratio")
	if part > maxRatio {
		b.Errorf("ratio %.3f, want at most %.3f", part, maxRatio)
	}
}

// maxRatio is the largest part of the textbook's time that our side may take.
const maxRatio = 0.4

// BenchmarkTables is what the first handshake of a process pays in addition.
func BenchmarkTables(b *testing.B) {
	for b.Loop() {
		srp.NewGroup()
	}
}

// BenchmarkPasswordTiming asks whether Sign takes longer with one password than with another:
// Welch's t of the two sets of times, all of them and the fastest nine tenths. A |t| of 4.5 or more
// is a leak and fails. The passwords are of one length, and chosen so that x has many one bits with
// the first and few with the second. The control is an exponentiation that does depend on them, to
// show that the test can tell. Use -benchtime=20000x or more for a verdict.
func BenchmarkPasswordTiming(b *testing.B) {
	users := contrastingUsers()
	parameters, now := users[0].parameters(), time.Now()
	h, err := srp.Begin()
	require.NoError(b, err)

	b.Run("ours", func(b *testing.B) {
		t := timing(b, func(class int) {
			if _, err := h.Sign(users[class].id, parameters, now); err != nil {
				b.Fatal(err)
			}
		})
		if t >= 4.5 {
			b.Errorf("the time depends on the password: |t| = %.2f", t)
		}
	})
	b.Run("control", func(b *testing.B) {
		timing(b, func(class int) { users[class].squareAndMultiply() })
	})
}

// contrastingUsers differ in their passwords only, but those make an x that is dense and one that
// is sparse.
func contrastingUsers() (users [2]*referenceServer) {
	user := benchUser("")
	for n := 0; users[0] == nil || users[1] == nil; n++ {
		user.id.Password = fmt.Sprintf("password-%08d", n)
		switch count := ones(user.x(user.id, user.salt)); {
		case count >= 156:
			users[0] = benchUser(user.id.Password)
		case count <= 100:
			users[1] = benchUser(user.id.Password)
		}
	}
	return users
}

func ones(n *big.Int) (count int) {
	for _, b := range n.Bytes() {
		count += bits.OnesCount8(b)
	}
	return count
}

// squareAndMultiply is B^x with a multiplication for every one bit of x.
func (s *referenceServer) squareAndMultiply() *big.Int {
	x := s.x(s.id, s.salt)
	z := big.NewInt(1)
	for i := x.BitLen() - 1; i >= 0; i-- {
		z.Mul(z, z).Mod(z, s.n)
		if x.Bit(i) == 1 {
			z.Mul(z, s.public).Mod(z, s.n)
		}
	}
	return z
}

// timing measures both classes once for each turn of the benchmark, in random order, and returns
// the larger |t|. It reports as ns-visible the smallest difference that would have failed.
func timing(b *testing.B, do func(class int)) float64 {
	var samples [2][]float64
	for b.Loop() {
		first := rand.IntN(2)
		for _, class := range []int{first, 1 - first} {
			start := time.Now()
			do(class)
			samples[class] = append(samples[class], float64(time.Since(start)))
		}
	}
	if len(samples[0]) < 30 {
		return 0
	}
	all := slices.Sorted(slices.Values(slices.Concat(samples[0], samples[1])))
	limit := all[len(all)*9/10]
	slow := func(d float64) bool { return d > limit }
	difference, deviation := welch(samples[0], samples[1])
	whole := math.Abs(difference / deviation)
	difference, deviation = welch(slices.DeleteFunc(samples[0], slow), slices.DeleteFunc(samples[1], slow))
	cropped := math.Abs(difference / deviation)
	b.ReportMetric(whole, "|t|")
	b.ReportMetric(cropped, "|t|-cropped")
	b.ReportMetric(4.5*deviation, "ns-visible")
	return max(whole, cropped)
}

// welch returns the difference of the means and its standard deviation; t is their quotient.
func welch(x, y []float64) (difference, deviation float64) {
	meanX, varianceX := moments(x)
	meanY, varianceY := moments(y)
	return meanX - meanY, math.Sqrt(varianceX/float64(len(x)) + varianceY/float64(len(y)))
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}

const (
	benchGroupKey  = "-v7w9UcY6"
	benchDeviceKey = "us-east-1_0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
)

// benchDevice is a device of the reference server, whose secrets are fixed so that runs can be
// compared.
func benchDevice(b *testing.B) *referenceServer {
	salt := integer("a9b8c7d6e5f40312233445566778899a").Bytes()
	v := srp.FixedDeviceVerifier(benchGroupKey, benchDeviceKey, []byte(strings.Repeat("s", 40)), salt)
	id := srp.Identity{Pool: benchGroupKey, User: benchDeviceKey}
	s := &referenceServer{reference: newReference(), id: id, secretBlock: []byte("secret block")}
	s.confirm(b, v)
	s.choose(hash([]byte("server")))
	return s
}

// deviceWork is what a device does on its side, by the package and by the textbook.
type deviceWork struct {
	name            string
	ours, reference func(*testing.B)
}

// deviceWorks are the registration, the handshake, and both as in the life of a device that signs
// in once more.
func deviceWorks(b *testing.B) []deviceWork {
	device := benchDevice(b)
	parameters, now := device.parameters(), time.Now()
	registration := deviceWork{"registration", registerDevice, func(b *testing.B) { device.registerByTheBook(b) }}
	handshake := deviceWork{"handshake", func(b *testing.B) {
		wholeHandshake(b, device.id, parameters, now)
	}, func(b *testing.B) {
		wholeReference(b, device.reference, device.id, parameters, now)
	}}
	return []deviceWork{registration, handshake, {"both", func(b *testing.B) {
		registration.ours(b)
		handshake.ours(b)
	}, func(b *testing.B) {
		registration.reference(b)
		handshake.reference(b)
	}}}
}

func registerDevice(b *testing.B) {
	if _, err := srp.NewDeviceVerifier(benchGroupKey, benchDeviceKey); err != nil {
		b.Fatal(err)
	}
}

func (r *reference) registerByTheBook(b *testing.B) {
	id := srp.Identity{Pool: benchGroupKey, User: benchDeviceKey, Password: random(b, 320).Text(62)}
	if r.exp(r.g, r.x(id, random(b, 128))).Sign() == 0 {
		b.Fatal("no verifier")
	}
}

func BenchmarkDevice(b *testing.B) {
	for _, work := range deviceWorks(b) {
		b.Run(work.name, func(b *testing.B) { compare(b, work.ours, work.reference) })
	}
}

// BenchmarkDeviceRatio fails if a device's work takes more than maxRatio of the reference's time.
func BenchmarkDeviceRatio(b *testing.B) {
	for _, work := range deviceWorks(b) {
		b.Run(work.name, func(b *testing.B) { ratio(b, work.ours, work.reference) })
	}
}

// BenchmarkDeviceTiming is BenchmarkPasswordTiming for the registration of a device.
func BenchmarkDeviceTiming(b *testing.B) {
	secrets, salt := contrastingSecrets(), make([]byte, 16)
	t := timing(b, func(class int) { srp.FixedDeviceVerifier(benchGroupKey, benchDeviceKey, secrets[class], salt) })
	if t >= 4.5 {
		b.Errorf("the time depends on the device's secret: |t| = %.2f", t)
	}
}

// contrastingSecrets make an x that is dense and one that is sparse.
func contrastingSecrets() (secrets [2][]byte) {
	r := newReference()
	for n := 0; secrets[0] == nil || secrets[1] == nil; n++ {
		secret := fmt.Appendf(nil, "secret-%033d", n)
		id := srp.Identity{Pool: benchGroupKey, User: benchDeviceKey, Password: base64.StdEncoding.EncodeToString(secret)}
		switch count := ones(r.x(id, integer("0"))); {
		case count >= 156:
			secrets[0] = secret
		case count <= 100:
			secrets[1] = secret
		}
	}
	return secrets
}
