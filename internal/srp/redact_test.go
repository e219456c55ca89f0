package srp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// TestNothingSecretIsPrinted puts canaries into everything that is secret and prints it in every
// way.
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

// printings is the value in all texts that fmt, slog and encoding/json can make of it.
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
