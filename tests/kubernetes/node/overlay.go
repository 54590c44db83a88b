package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	// RealCognito leaves the Region to say who is called.
	RealCognito bool
	// More is the rest of the kustomization, in which COMPONENTS is the folder of those.
	More string
}

// apply is `kubectl apply -k` of the production overlay with the real image, its Cognito, and these
// changes.
func (n *Node) apply(ctx context.Context, t *testing.T, overlay Overlay) {
	t.Helper()
	folder := t.TempDir()
	deploy, err := filepath.Abs("../../../deploy")
	if err != nil {
		t.Fatal(err)
	}
	// kustomize takes a relative path alone.
	deploy, err = filepath.Rel(folder, deploy)
	if err != nil {
		t.Fatal(err)
	}
	if overlay.Digest == "" {
		overlay.Digest = n.Digest
	}
	settings := overlay.Settings
	if !overlay.RealCognito {
		settings = append([]string{
			"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=" + n.upstream.URL,
			"USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM=true",
		}, settings...)
	}
	text := fmt.Sprintf(`
namespace: %s
resources: [%s/overlays/production]
images:
  - {name: %s, digest: "%s"}
configMapGenerator:
  - name: user-attributes
    behavior: merge
    literals: ["%s"]
%s`, namespace, deploy, serverImage, overlay.Digest, strings.Join(settings, `", "`),
		strings.ReplaceAll(overlay.More, "COMPONENTS", deploy+"/components"))
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, warnings, err := n.Kubectl(ctx, "apply", "-k", folder); err != nil {
		t.Fatal(err)
	} else if warnings != "" {
		t.Fatalf("kubectl apply warns: %s", warnings)
	}
}
