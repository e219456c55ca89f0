// Package reverseproxy measures auth/bff as a reverse proxy beside oauth2-proxy: see
// BenchmarkReverseProxy.
package reverseproxy
