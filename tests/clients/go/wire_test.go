package main

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A wire is a TCP connection's way to a server, which can be cut.
type wire struct {
	address string

	mutex sync.Mutex
	ends  []net.Conn
}

func startWire(t *testing.T, server string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	w := &wire{address: listener.Addr().String()}
	t.Cleanup(func() {
		listener.Close()
		w.cut()
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				continue
			}
			w.add(near, far)
			go pass(near, far)
			go pass(far, near)
		}
	}()
	return w
}

func pass(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	from.Close()
	to.Close()
}

func (w *wire) add(ends ...net.Conn) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.ends = append(w.ends, ends...)
}

// cut breaks every connection. New ones can be made.
func (w *wire) cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, end := range w.ends {
		end.Close()
	}
	w.ends = nil
}
