package node

import (
	"net"
	"net/http"
	"time"
)

// Upstream stands in for Cognito, at an address that the pods can reach. It answers as fast as Cognito
// does at its best.
type Upstream struct {
	URL    string
	server *http.Server
}

func startUpstream() (*Upstream, error) {
	listener, err := net.Listen("tcp", nodeAddress+":0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(50 * time.Millisecond):
			case <-r.Context().Done():
			}
			w.Header().Set("content-type", "application/x-amz-json-1.1")
			_, _ = w.Write([]byte(`{}`))
		}),
		ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = server.Serve(listener) }()
	return &Upstream{URL: "http://" + listener.Addr().String(), server: server}, nil
}

func (u *Upstream) Stop() {
	_ = u.server.Close()
}
