package node

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/health" // The service config asks for the client's side of it.
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/resolver/manual"
)

// Callers change attributes, so many a second, whether calls are answered or not. They balance as the
// contract's service config says.
type Callers struct {
	connection *grpc.ClientConn
	contract   *Contract
	stop       context.CancelFunc
	ended      chan struct{}
	succeeded  atomic.Int64
	lock       sync.Mutex
	failures   []Failure
}

// Failure is a call that failed.
type Failure struct {
	Began, Ended time.Time
	// Pod is the address of the one that had the call, if any.
	Pod string
	Err error
}

func (f Failure) String() string {
	return fmt.Sprintf("began %s, took %s, by %q: %v",
		f.Began.Format(time.StampMicro), f.Ended.Sub(f.Began), f.Pod, f.Err)
}

// startCallers waits until a first call has succeeded.
func startCallers(
	ctx context.Context, n *Node, perSecond int, transport credentials.TransportCredentials,
) (*Callers, error) {
	contract, err := readContract()
	if err != nil {
		return nil, err
	}
	config, err := os.ReadFile(contractFolder + "service_config.json")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	addresses := manual.NewBuilderWithScheme("endpoints")
	if err := followEndpoints(ctx, n.Client, namespace, "user-attributes-headless", addresses); err != nil {
		stop()
		return nil, err
	}
	connection, err := grpc.NewClient("endpoints:///user-attributes-headless",
		grpc.WithResolvers(addresses),
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(string(config)),
		grpc.WithAuthority("user-attributes-headless"),
	)
	if err != nil {
		stop()
		return nil, err
	}
	callers := &Callers{
		connection: connection, contract: contract, stop: stop, ended: make(chan struct{}),
	}
	if failure := callers.call("first", grpc.WaitForReady(true)); failure != nil {
		callers.connection.Close()
		stop()
		return nil, failure.Err
	}
	go callers.run(ctx, perSecond)
	return callers, nil
}

func (c *Callers) run(ctx context.Context, perSecond int) {
	defer close(c.ended)
	var calls sync.WaitGroup
	defer calls.Wait()
	ticks := time.NewTicker(time.Millisecond)
	defer ticks.Stop()
	begun := time.Now()
	for number := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		// Also those that were due while the machine was busy.
		for due := int(time.Since(begun).Seconds() * float64(perSecond)); number < due; number++ {
			calls.Go(func() { c.count(c.call(fmt.Sprintf("%d-%d", begun.UnixNano(), number))) })
		}
	}
}

func (c *Callers) count(failure *Failure) {
	if failure == nil {
		c.succeeded.Add(1)
		return
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.failures = append(c.failures, *failure)
}

// call is one of them, with an id that no other has.
func (c *Callers) call(id string, options ...grpc.CallOption) *Failure {
	var to peer.Peer
	failure := &Failure{Began: time.Now()}
	// Its time is the service config's.
	err := c.contract.change(
		context.Background(), c.connection, "token", id, append(options, grpc.Peer(&to))...)
	if err == nil {
		return nil
	}
	failure.Ended, failure.Err = time.Now(), err
	if to.Addr != nil {
		failure.Pod, _, _ = net.SplitHostPort(to.Addr.String())
	}
	return failure
}

// Stop waits for the calls that are under way.
func (c *Callers) Stop() (succeeded int64, failures []Failure) {
	c.stop()
	<-c.ended
	_ = c.connection.Close()
	return c.succeeded.Load(), c.failures
}
