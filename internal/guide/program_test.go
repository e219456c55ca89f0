package guide

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// program is a Go file of a page, and the console in which it is run.
type program struct {
	page, name, source string
	console            []command // empty for a program that needs more than this computer
	port               string    // in place of 8080
}

func (p program) isTest() bool { return strings.Contains(p.source, "\nfunc Test") }

// programsOf returns the programs of a page. The block after one is its console, if it runs it.
func programsOf(t *testing.T, page string) []program {
	t.Helper()
	programs := []program{}
	blocks := blocksOf(readPage(t, page))
	for i, b := range blocks {
		if b.language != "go" {
			continue
		}
		require.Regexp(t, `^package \w+\n`, b.text, "%s: only whole programs can be checked", page)
		assert.NotContains(t, b.text, "/internal/", page)
		assert.NotContains(t, b.text, module+"/examples", page)
		name := strings.NewReplacer("/README.md", "", ".md", "", "/", "-").Replace(page)
		p := program{page: page, name: fmt.Sprintf("guide-%s-%d", strings.ToLower(name), len(programs)), port: fleet.FreePort(t)}
		p.source = strings.ReplaceAll(b.text, "localhost:8080", "localhost:"+p.port)
		if i+1 < len(blocks) && blocks[i+1].language == "console" && runsHere.MatchString(blocks[i+1].text) {
			p.console = commandsOf(blocks[i+1])
		}
		programs = append(programs, p)
	}
	return programs
}

var runsHere = regexp.MustCompile(`^\$ (echo \S+ \| )?go (run|test) \.`)

// build builds the programs as if each were in a folder below examples, and returns the folder of
// the executables.
func build(t *testing.T, programs []program) string {
	t.Helper()
	dir, place := t.TempDir(), map[string]string{}
	examples, err := filepath.Abs("../../examples")
	require.NoError(t, err)
	mains, tests := []string{}, []string{}
	for _, p := range programs {
		file := "main.go"
		if p.isTest() {
			file = "main_test.go"
			tests = append(tests, "./examples/"+p.name)
		} else {
			mains = append(mains, "./examples/"+p.name)
		}
		source := filepath.Join(dir, p.name+"-"+file)
		require.NoError(t, os.WriteFile(source, []byte(p.source), 0o600))
		place[filepath.Join(examples, p.name, file)] = source
	}
	overlay, err := json.Marshal(map[string]any{"Replace": place})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	bin := filepath.Join(dir, "bin") + string(filepath.Separator)
	require.NoError(t, os.Mkdir(bin, 0o700))
	options := []string{"-ldflags=-s -w", "-overlay", filepath.Join(dir, "overlay.json"), "-o", bin}
	for _, arguments := range [][]string{append([]string{"build"}, append(options, mains...)...), append([]string{"test", "-c", "-vet=off"}, append(options, tests...)...)} {
		build := exec.CommandContext(t.Context(), "go", arguments...)
		build.Dir = "../.."
		output, err := build.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	return bin
}

// TestProgramsOfTheGuides builds every program, and runs those that a console follows: they print
// what is there.
func TestProgramsOfTheGuides(t *testing.T) {
	t.Parallel()
	programs := []program{}
	for _, page := range pages {
		of := programsOf(t, page)
		assert.NotEmpty(t, of, page)
		programs = append(programs, of...)
	}
	bin := build(t, programs)
	for _, p := range programs {
		if len(p.console) > 0 {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				p.run(t, bin)
			})
		}
	}
}

// run types the console's commands. A program that is followed by another command is a server.
func (p program) run(t *testing.T, bin string) {
	first := p.console[0]
	input, line, piped := strings.Cut(strings.TrimPrefix(first.line, "echo "), " | ")
	if !piped {
		input, line = "", first.line
	}
	executable := filepath.Join(bin, p.name)
	if p.isTest() {
		executable += ".test"
	}
	process := exec.CommandContext(t.Context(), executable, strings.Fields(line)[3:]...)
	process.Dir, process.Stdin, process.Stderr = t.TempDir(), strings.NewReader(input+"\n"), t.Output()
	out, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	if len(p.console) == 1 {
		printed, err := io.ReadAll(out)
		require.NoError(t, err)
		require.NoError(t, process.Wait(), "%s", printed)
		if !p.isTest() { // of a test, go test prints a line of its own
			p.requireShown(t, first, string(printed))
		}
		return
	}
	defer func() { _ = process.Process.Kill(); _ = process.Wait() }()
	lines, printed := bufio.NewScanner(out), ""
	for range strings.Count(first.output, "\n") + 1 {
		require.True(t, lines.Scan(), "the program has ended")
		printed += lines.Text() + "\n"
	}
	p.requireShown(t, first, printed)
	require.Eventually(t, p.listens, time.Minute, time.Millisecond)
	b := browser{cookies: map[string]string{}, variables: map[string]string{}}
	for _, found := range regexp.MustCompile(`(?m)^export (\w+)=(\S+)$`).FindAllStringSubmatch(printed, -1) {
		b.variables[found[1]] = found[2]
	}
	for _, c := range p.console[1:] {
		c.line = strings.ReplaceAll(c.line, "localhost:8080", "localhost:"+p.port)
		p.requireShown(t, c, b.curl(t, c.line))
	}
}

func (p program) listens() bool {
	connection, err := net.Dial("tcp", "localhost:"+p.port)
	return err == nil && connection.Close() == nil
}

// requireShown compares what a command printed with the page, in which … stands for anything.
func (p program) requireShown(t *testing.T, c command, printed string) {
	t.Helper()
	printed = strings.ReplaceAll(printed, "localhost:"+p.port, "localhost:8080")
	pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(c.output)), "…", ".*")
	require.Regexp(t, `(?s)^`+pattern+`$`, strings.TrimSpace(printed), "%s: $ %s", p.page, c.line)
}
