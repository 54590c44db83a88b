package main

import (
	"context"
	"strings"
	"sync"

	"google.golang.org/grpc/stats"
)

// A counter counts by name.
type counter struct {
	mutex  sync.Mutex
	counts map[string]int
}

func (c *counter) add(name string) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[name]++
	return c.counts[name]
}

func (c *counter) of(name string) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.counts[name]
}

// An attempts is a stats.Handler that counts the attempts of each method that gRPC makes.
type attempts struct {
	counter
}

type methodKey struct{}

func (a *attempts) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	method := info.FullMethodName[strings.LastIndex(info.FullMethodName, "/")+1:]
	return context.WithValue(ctx, methodKey{}, method)
}

func (a *attempts) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if _, begun := event.(*stats.Begin); begun {
		a.add(ctx.Value(methodKey{}).(string))
	}
}

func (a *attempts) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return ctx
}

func (a *attempts) HandleConn(context.Context, stats.ConnStats) {}
