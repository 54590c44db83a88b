package node

import (
	"context"
	"fmt"

	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

// followEndpoints has a resolver tell the ready addresses of a Service, as its headless twin's name
// does by DNS, of which there is none here.
func followEndpoints(
	ctx context.Context, client kubernetes.Interface, namespace, name string, to *manual.Resolver,
) error {
	slices := client.DiscoveryV1().EndpointSlices(namespace)
	options := metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + name}
	watched, err := slices.Watch(ctx, options)
	if err != nil {
		return err
	}
	known := map[string][]resolver.Address{}
	to.InitialState(resolver.State{})
	go func() {
		defer watched.Stop()
		for event := range watched.ResultChan() {
			slice, ok := event.Object.(*discoveryv1.EndpointSlice)
			if !ok {
				continue
			}
			if known[slice.Name] = readyAddresses(slice); event.Type == watch.Deleted {
				delete(known, slice.Name)
			}
			var all []resolver.Address
			for _, addresses := range known {
				all = append(all, addresses...)
			}
			// A name without addresses is an error in DNS: what is known stays.
			if len(all) > 0 {
				to.UpdateState(resolver.State{Addresses: all})
			}
		}
	}()
	return nil
}

func readyAddresses(slice *discoveryv1.EndpointSlice) []resolver.Address {
	var ready []resolver.Address
	for _, endpoint := range slice.Endpoints {
		if endpoint.Conditions.Ready == nil || !*endpoint.Conditions.Ready {
			continue
		}
		for _, port := range slice.Ports {
			address := fmt.Sprintf("%s:%d", endpoint.Addresses[0], *port.Port)
			ready = append(ready, resolver.Address{Addr: address})
		}
	}
	return ready
}
