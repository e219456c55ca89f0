package bff

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddress returns the address of the person: that of the connection or, if a trusted proxy
// made the connection, the last one in X-Forwarded-For that no trusted proxy has. Whatever is
// before it, the person may have written.
func (h *Handler) clientAddress(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !h.trusted(address) {
			return address
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return address
		}
		address = next.Unmap().WithZone("")
	}
	return address
}

func (h *Handler) trusted(address netip.Addr) bool {
	return slices.ContainsFunc(h.cfg.TrustedProxies, func(proxies netip.Prefix) bool {
		return proxies.Contains(address)
	})
}
