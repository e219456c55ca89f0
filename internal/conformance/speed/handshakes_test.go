package speed_test

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// handshakes are the client's side of one sign-in: A, and the proof. The one of cognito-srp
// computes with math/big, as the textbook says.
func handshakes(b *testing.B) []contender {
	b.Helper()
	const poolID, clientID, user = "us-east-1_Ab1Cd2Ef3", "client", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
	parameters := map[string]string{
		"USERNAME": user, "USER_ID_FOR_SRP": user, "SALT": "a9b8c7d6e5f40312233445566778899a",
		"SRP_B": strings.Repeat("5a", 384), "SECRET_BLOCK": "c2VjcmV0IGJsb2Nr",
	}
	id, now := srp.Identity{Pool: "Ab1Cd2Ef3", User: user, Password: password}, time.Now()
	all := []contender{
		timed("cognito-srp", func(b *testing.B) {
			client, err := cognitosrp.NewCognitoSRP(user, password, poolID, clientID, nil)
			if err != nil || client.GetAuthParams()["SRP_A"] == "" {
				b.Fatal(err)
			}
			if _, err := client.PasswordVerifierChallenge(parameters, now); err != nil {
				b.Fatal(err)
			}
		}),
		timed("this SDK", func(b *testing.B) {
			h, err := srp.Begin()
			if err != nil || h.A() == "" {
				b.Fatal(err)
			}
			if _, err := h.Sign(id, parameters, now); err != nil {
				b.Fatal(err)
			}
		}),
	}
	return append(all, openSSL(b)...)
}

// openSSL returns what OpenSSL takes for the powers of a handshake, and for the squarings and
// multiplications that this SDK makes of them: its limit. Without a compiler there is no such row.
func openSSL(b *testing.B) []contender {
	b.Helper()
	program := filepath.Join(b.TempDir(), "limit")
	if output, err := exec.CommandContext(
		b.Context(), "cc", "-O2", "-o", program, "testdata/limit.c", "-lcrypto",
	).CombinedOutput(); err != nil {
		b.Logf("no rows of OpenSSL: %v: %s", err, output)
		return nil
	}
	limit := exec.CommandContext(b.Context(), program)
	input, err := limit.StdinPipe()
	require.NoError(b, err)
	output, err := limit.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, limit.Start())
	b.Cleanup(func() { _ = limit.Wait() }) // its input ends
	b.Cleanup(func() { _ = input.Close() })
	answers := bufio.NewScanner(output)
	measured := func(what string) func(b *testing.B, n int) time.Duration {
		return func(b *testing.B, n int) (sum time.Duration) {
			for range n {
				sum += ask(b, input, answers, what)
			}
			return sum
		}
	}
	return []contender{
		{"OpenSSL's powers", measured("powers")},
		{"OpenSSL's limit", measured("steps")},
	}
}

// ask has the program measure once.
func ask(b *testing.B, input io.Writer, answers *bufio.Scanner, what string) time.Duration {
	if _, err := fmt.Fprintln(input, what); err != nil || !answers.Scan() {
		b.Fatal("the program has ended", err)
	}
	nanoseconds, err := strconv.ParseInt(answers.Text(), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(nanoseconds)
}
