package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Where the production overlay puts what it makes.
const namespace = "user-attributes"

// Overlay is what a test changes of the production overlay.
type Overlay struct {
	// Settings are `NAME=value` lines of the ConfigMap.
	Settings []string
	// Digest is that of another image, if not the usual one.
	Digest string
	// More is the rest of the kustomization.
	More string
}

// apply is `kubectl apply -k` of the production overlay with the real image, its Cognito, and these
// changes.
func (n *Node) apply(ctx context.Context, t *testing.T, overlay Overlay) {
	t.Helper()
	folder := t.TempDir()
	production, err := filepath.Abs("../../../deploy/overlays/production")
	if err != nil {
		t.Fatal(err)
	}
	// kustomize takes a relative path alone.
	relative, err := filepath.Rel(folder, production)
	if err != nil {
		t.Fatal(err)
	}
	if overlay.Digest == "" {
		overlay.Digest = n.Digest
	}
	text := fmt.Sprintf(`
namespace: %s
resources: [%s]
images:
  - {name: %s, digest: "%s"}
configMapGenerator:
  - name: user-attributes
    behavior: merge
    literals:
      - AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=%s
      - USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM=true
`, namespace, relative, serverImage, overlay.Digest, n.upstream.URL)
	for _, setting := range overlay.Settings {
		text += fmt.Sprintf("      - %s\n", setting)
	}
	text += overlay.More
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, warnings, err := n.Kubectl(ctx, "apply", "-k", folder); err != nil {
		t.Fatal(err)
	} else if warnings != "" {
		t.Fatalf("kubectl apply warns: %s", warnings)
	}
}
