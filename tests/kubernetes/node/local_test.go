package node

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func TestTheLocalOverlayServesTheUserThatItsLogNames(t *testing.T) {
	const namespace = "user-attributes-local"
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, warnings, err := node.Kubectl(ctx, "apply", "-k", "../../../deploy/overlays/local"); err != nil {
		t.Fatal(err)
	} else if warnings != "" {
		t.Errorf("kubectl apply warns: %s", warnings)
	}
	kubectl := func(arguments ...string) string {
		out, _, err := node.Kubectl(ctx, append([]string{"--namespace", namespace}, arguments...)...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	kubectl("rollout", "status", "deployment/user-attributes", "--timeout=30s")
	log := kubectl("logs", "deployment/user-attributes")
	_, rest, _ := strings.Cut(log, "USER_ATTRIBUTES_ACCESS_TOKEN=")
	token, _, found := strings.Cut(rest, "\n")
	if !found {
		t.Fatalf("its log has no token: %s", log)
	}
	address := kubectl("get", "pods", "--output=jsonpath={.items[0].status.podIP}") + ":50051"
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	contract, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	if err := contract.change(ctx, connection, token, "first"); err != nil {
		t.Error(err)
	}
	kubectl("delete", "-k", "../../../deploy/overlays/local")
}
