// Package node tries deploy/ on a real node: containerd, and a kubelet that runs the pods. It takes
// root, and namespaces of its own for mounts, processes and the network, which `.ci/node` makes.
package node

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"user-attributes/tests/kubernetes/cluster"
)

const (
	nodeName = "node"
	// Of the bridge that the pods are connected to.
	nodeAddress = "10.88.0.1"
	bridge      = "pods"
	// What a sandbox needs besides, and the image of the server as the production overlay names it.
	pauseImage  = "localhost/pause:1"
	serverImage = "registry.example.com/user-attributes"
)

//go:embed containerd.toml
var containerdConfig string

//go:embed kubelet.yaml
var kubeletConfig string

//go:embed cni.json
var cniConfig string

// Node is a cluster with one node.
type Node struct {
	*cluster.Cluster
	// Digest is that of the server's image, Next that of its next version.
	Digest, Next string

	socket   string
	upstream *Upstream
}

// StartNode waits until the node is ready. The images are archives of OCI's in the folder: `pause.tar`,
// `runtime.tar`, `next.tar` and `local-pool.tar`.
func StartNode(ctx context.Context, programs, images string) (node *Node, err error) {
	if err := makeNetwork(); err != nil {
		return nil, err
	}
	started, err := cluster.Start(ctx, programs)
	if err != nil {
		return nil, err
	}
	node = &Node{Cluster: started, socket: filepath.Join(started.Folder, "containerd.sock")}
	defer func() {
		if err != nil {
			err = node.Fail(err)
		}
	}()
	if err = started.StartControllers(); err != nil {
		return nil, err
	}
	if node.upstream, err = startUpstream(); err != nil {
		return nil, err
	}
	if err = node.startContainerd(ctx); err != nil {
		return nil, err
	}
	if err = node.loadImages(images); err != nil {
		return nil, err
	}
	if err = node.startKubelet(); err != nil {
		return nil, err
	}
	return node, cluster.Eventually(ctx, "the node is ready", node.isReady)
}

// makeNetwork makes what a node's network has before its first pod.
func makeNetwork() error {
	for _, arguments := range []string{
		"link set lo up",
		"link add " + bridge + " type bridge",
		"addr add " + nodeAddress + "/16 dev " + bridge,
		"link set " + bridge + " up",
	} {
		if err := run(exec.Command("ip", strings.Fields(arguments)...)); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) startContainerd(ctx context.Context) error {
	cni := filepath.Join(n.Folder, "cni")
	if err := os.Mkdir(cni, 0o700); err != nil {
		return err
	}
	if err := n.write("cni/pods.conflist", cniConfig); err != nil {
		return err
	}
	if err := n.write("containerd.toml", containerdConfig); err != nil {
		return err
	}
	err := n.RunCommand("containerd",
		exec.Command("containerd", "--config", filepath.Join(n.Folder, "containerd.toml")))
	if err != nil {
		return err
	}
	return cluster.Eventually(ctx, "containerd answers", func(context.Context) (bool, error) {
		return n.ctr("version") == nil, nil
	})
}

func (n *Node) loadImages(images string) (err error) {
	if err = n.ctr("images", "import", filepath.Join(images, "pause.tar")); err != nil {
		return err
	}
	if n.Digest, err = n.loadServer(filepath.Join(images, "runtime.tar")); err != nil {
		return err
	}
	if n.Next, err = n.loadServer(filepath.Join(images, "next.tar")); err != nil {
		return err
	}
	return n.ctr("images", "import", filepath.Join(images, "local-pool.tar"))
}

// loadServer gives an archive's image the name by digest that a pod asks for.
func (n *Node) loadServer(archive string) (digest string, err error) {
	const imported = "docker.io/library/user-attributes:latest"
	if err := n.ctr("images", "import", archive); err != nil {
		return "", err
	}
	listed, err := exec.Command("ctr", n.namespaced("images", "ls", "name=="+imported)...).Output()
	if err != nil {
		return "", err
	}
	for _, word := range strings.Fields(string(listed)) {
		if strings.HasPrefix(word, "sha256:") {
			digest = word
		}
	}
	return digest, n.ctr("images", "tag", imported, serverImage+"@"+digest)
}

func (n *Node) startKubelet() error {
	if err := n.write("kubelet.yaml", kubeletConfig); err != nil {
		return err
	}
	return n.Run("kubelet",
		"--config="+filepath.Join(n.Folder, "kubelet.yaml"),
		"--kubeconfig="+n.Kubeconfig,
		"--root-dir="+filepath.Join(n.Folder, "kubelet"),
		"--cert-dir="+filepath.Join(n.Folder, "kubelet-certificates"),
		"--hostname-override="+nodeName,
		"--node-ip="+nodeAddress,
	)
}

func (n *Node) isReady(ctx context.Context) (bool, error) {
	node, err := n.Client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
	if err != nil {
		// It isn't there before the kubelet has made it.
		return false, nil
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue, nil
		}
	}
	return false, nil
}

// write writes a file into the folder, which a text calls FOLDER.
func (n *Node) write(name, text string) error {
	text = strings.ReplaceAll(text, "FOLDER", n.Folder)
	return os.WriteFile(filepath.Join(n.Folder, name), []byte(text), 0o600)
}

func (n *Node) ctr(arguments ...string) error {
	return run(exec.Command("ctr", n.namespaced(arguments...)...))
}

func (n *Node) namespaced(arguments ...string) []string {
	return append([]string{"--address", n.socket, "--namespace", "k8s.io"}, arguments...)
}

func run(command *exec.Cmd) error {
	printed, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%v: %w: %s", command.Args, err, printed)
	}
	return nil
}
