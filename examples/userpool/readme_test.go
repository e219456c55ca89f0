package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestReadmeIsRight checks the command lines, the file of settings and the users of README.md. Its
// programs are like those of internal/conformance.
func TestReadmeIsRight(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	lines := regexp.MustCompile(`(?m)^\$ userpool (.*)$`).FindAllStringSubmatch(string(readme), -1)
	require.Len(t, lines, 3)
	for _, line := range lines {
		opts, _, err := parse(strings.Fields(line[1]))
		require.NoError(t, err, line[0])
		opts.pool.Listen = "127.0.0.1:0"
		pool := authtest.New(t, opts.pool)
		opts.state, opts.outputs = "", ""
		assert.NoError(t, opts.fill(pool), line[0])
	}
	settings := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(readme)
	require.NotNil(t, settings)
	name := filepath.Join(t.TempDir(), "config.json")
	require.NoError(t, os.WriteFile(name, bytes.TrimSpace(settings[1]), 0o600))
	opts, _, err := parse([]string{"-config", name})
	require.NoError(t, err)
	assert.Equal(t, "eu-west-1_dev", opts.pool.UserPoolID)
	assert.Equal(t, "pool.json", opts.state)
}
