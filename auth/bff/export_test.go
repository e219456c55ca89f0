package bff

import "time"

// SetPace sets the steps of time that answers are held for. Tests that measure nothing set 0.
func (h *Handler) SetPace(d time.Duration) { h.pace = d }

// LocalPath is localPath.
func LocalPath(to string) string { return localPath(to) }

// RoutePaths are the paths of all routes below the prefix, and whether they take a POST.
func RoutePaths() map[string]bool {
	all := map[string]bool{}
	for _, rt := range routes {
		all[rt.path] = rt.act != nil
	}
	return all
}

// Len is how many keys are counted.
func (l *MemoryLimiter) Len() int { return len(l.full) }
