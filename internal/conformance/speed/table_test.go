package speed_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"text/tabwriter"
	"time"
)

// A contender does one kind of work n times, and returns how long that took.
type contender struct {
	name string
	do   func(b *testing.B, n int) time.Duration
}

// timed makes a contender of a function whose whole time counts.
func timed(name string, do func(b *testing.B)) contender {
	return contender{name, func(b *testing.B, n int) time.Duration {
		start := time.Now()
		for range n {
			do(b)
		}
		return time.Since(start)
	}}
}

// A result is what one contender took: the median of all rounds.
type result struct {
	name   string
	took   time.Duration // for one unit of work
	ratio  float64       // to the first contender, in the same round
	allocs float64
}

// rounds is odd, so that there is one in the middle.
const rounds = 21

// compare runs the contenders in turn, so that other work of the machine slows all alike. In each
// of the rounds everyone does the work several times, and the fastest counts.
func compare(b *testing.B, contenders []contender) []result {
	b.Helper()
	results := make([]result, len(contenders))
	repeats := make([]int, len(contenders))
	for i, c := range contenders {
		c.do(b, 1) // what only the first time costs does not count
		repeats[i] = 1 + int(time.Millisecond/max(c.do(b, 1), time.Nanosecond))
		results[i] = result{name: c.name, allocs: allocations(b, c)}
	}
	took, ratios := make([][]time.Duration, len(contenders)), make([][]float64, len(contenders))
	for range rounds {
		var first time.Duration
		for i, c := range contenders {
			fastest := fastestOf(b, c, repeats[i])
			if i == 0 {
				first = fastest
			}
			took[i] = append(took[i], fastest)
			ratios[i] = append(ratios[i], fastest.Seconds()/first.Seconds())
		}
	}
	for i := range results {
		slices.Sort(took[i])
		slices.Sort(ratios[i])
		results[i].took, results[i].ratio = took[i][rounds/2], ratios[i][rounds/2]
	}
	return results
}

// fastestOf returns the fastest of some runs, each of which does the work that many times.
func fastestOf(b *testing.B, c contender, repeats int) time.Duration {
	b.Helper()
	fastest := time.Hour
	for range 5 {
		fastest = min(fastest, c.do(b, repeats))
	}
	return fastest / time.Duration(repeats)
}

// allocations counts those of the whole process: the servers of the rows are other processes.
func allocations(b *testing.B, c contender) float64 {
	b.Helper()
	const times = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.do(b, times)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / times
}

// BenchmarkTable prints how long each contender takes for each kind of work: the time of one, its
// ratio to the first of the kind, and its allocations.
func BenchmarkTable(b *testing.B) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "work\tby\ttime\tratio\tallocations")
	for _, work := range []struct {
		name       string
		contenders func(*testing.B) []contender
	}{
		{"FetchAuthSession, MemoryStore", memorySessions},
		{"FetchAuthSession, redisstore", redisSessions},
		{"FetchAuthSession, filestore", fileSessions},
		{"request, cookiestore", cookieSessions},
		{"request of somebody signed in, Redis", requests},
		{"first verification of an ID token", verifiers},
		{"SRP handshake", handshakes},
	} {
		b.Run(work.name, func(b *testing.B) {
			contenders := work.contenders(b)
			b.ResetTimer()
			var results []result
			for b.Loop() {
				results = compare(b, contenders)
			}
			for _, r := range results {
				_, _ = fmt.Fprintf(table, "%s\t%s\t%v\t%.3f\t%.0f\n", work.name, r.name, rounded(r.took), r.ratio, r.allocs)
			}
		})
	}
	if err := table.Flush(); err != nil {
		b.Fatal(err)
	}
}

// rounded leaves three digits or so.
func rounded(d time.Duration) time.Duration {
	switch {
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond)
	case d > 10*time.Microsecond:
		return d.Round(100 * time.Nanosecond)
	default:
		return d
	}
}
