package srp_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

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

// BenchmarkDeviceRatio fails if a device's work takes more than 0.35 of the reference's time.
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
