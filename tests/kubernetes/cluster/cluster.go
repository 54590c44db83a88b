// Package cluster starts a Kubernetes without nodes: etcd, the API server, and, where a test wants
// them, the controllers and the scheduler. All listen on 127.0.0.1, at ports that are free.
package cluster

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Cluster is a running one. Stop ends it.
type Cluster struct {
	// Folder has its data, keys, logs and Kubeconfig.
	Folder     string
	Kubeconfig string
	Config     *rest.Config
	Client     *kubernetes.Clientset
	programs   string
	running    []*exec.Cmd
}

// Start waits until the API server is ready. `programs` is the path of the program of ../programs.
func Start(ctx context.Context, programs string) (cluster *Cluster, err error) {
	folder, err := os.MkdirTemp("", "user-attributes-cluster")
	if err != nil {
		return nil, err
	}
	cluster = &Cluster{
		Folder:     folder,
		Kubeconfig: filepath.Join(folder, "kubeconfig"),
		programs:   programs,
	}
	defer func() {
		if err != nil {
			err = cluster.Fail(err)
		}
	}()
	etcd, err := cluster.startEtcd()
	if err != nil {
		return nil, err
	}
	if err := cluster.startAPIServer(etcd); err != nil {
		return nil, err
	}
	return cluster, cluster.waitUntilReady(ctx)
}

func (c *Cluster) startEtcd() (address string, err error) {
	ports, err := freePorts(2)
	if err != nil {
		return "", err
	}
	clients, peers := "http://"+ports[0], "http://"+ports[1]
	return clients, c.Run("etcd",
		"--data-dir="+filepath.Join(c.Folder, "etcd"),
		"--listen-client-urls="+clients, "--advertise-client-urls="+clients,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers,
		"--initial-cluster=default="+peers,
		// What it holds lives no longer than a test.
		"--unsafe-no-fsync", "--log-level=warn",
	)
}

func (c *Cluster) startAPIServer(etcd string) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(ports[0])
	if err != nil {
		return err
	}
	token, err := c.writeKeys()
	if err != nil {
		return err
	}
	key := filepath.Join(c.Folder, "service-accounts.key")
	certificates := filepath.Join(c.Folder, "certificates")
	if err := c.Run("kube-apiserver",
		"--etcd-servers="+etcd,
		"--bind-address=127.0.0.1", "--secure-port="+port, "--cert-dir="+certificates,
		"--authorization-mode=RBAC", "--token-auth-file="+filepath.Join(c.Folder, "tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		"--service-cluster-ip-range=10.0.0.0/24",
		// Its own address is a loopback's, which no EndpointSlice may have. This one is for
		// documentation: where there is no route, none is found.
		"--endpoint-reconciler-type=none", "--advertise-address=192.0.2.1",
		// Nobody knows a node's name here.
		"--kubelet-preferred-address-types=InternalIP",
	); err != nil {
		return err
	}
	return c.writeKubeconfig("https://"+ports[0], token)
}

// StartControllers starts the controllers and the scheduler.
func (c *Cluster) StartControllers(flags ...string) error {
	common := []string{
		"--kubeconfig=" + c.Kubeconfig, "--authentication-skip-lookup=true", "--leader-elect=false",
		"--secure-port=0",
	}
	key := filepath.Join(c.Folder, "service-accounts.key")
	manager := append([]string{"--service-account-private-key-file=" + key}, common...)
	if err := c.Run("kube-controller-manager", append(manager, flags...)...); err != nil {
		return err
	}
	return c.Run("kube-scheduler", common...)
}

// Run starts one of the programs, with its output in a file of its name in the folder.
func (c *Cluster) Run(name string, arguments ...string) error {
	return c.RunCommand(name, exec.Command(c.programs, append([]string{name}, arguments...)...))
}

// RunCommand starts any program in the same way.
func (c *Cluster) RunCommand(name string, command *exec.Cmd) error {
	log, err := os.Create(filepath.Join(c.Folder, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	command.Stdout, command.Stderr = log, log
	// A test that is killed leaves nothing running.
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return err
	}
	c.running = append(c.running, command)
	return nil
}

// Stop ends everything, the last started first, and removes the folder.
func (c *Cluster) Stop() {
	for last := len(c.running) - 1; last >= 0; last-- {
		command := c.running[last]
		_ = command.Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() {
			_ = command.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = command.Process.Kill()
			<-ended
		}
	}
	c.running = nil
	_ = os.RemoveAll(c.Folder)
}

// Fail ends everything, and adds to why what the programs said last: their logs go with the folder.
func (c *Cluster) Fail(err error) error {
	logs, _ := filepath.Glob(filepath.Join(c.Folder, "*.log"))
	for _, log := range logs {
		text, _ := os.ReadFile(log)
		err = fmt.Errorf("%w\n%s: … %s", err, filepath.Base(log), text[max(0, len(text)-1000):])
	}
	c.Stop()
	return err
}

func (c *Cluster) writeKeys() (token string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	err = os.WriteFile(filepath.Join(c.Folder, "service-accounts.key"), pem.EncodeToMemory(block), 0o600)
	if err != nil {
		return "", err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	token = hex.EncodeToString(random)
	line := token + ",administrator,administrator,system:masters\n"
	return token, os.WriteFile(filepath.Join(c.Folder, "tokens.csv"), []byte(line), 0o600)
}

func (c *Cluster) writeKubeconfig(server, token string) error {
	config := api.NewConfig()
	config.Clusters["test"] = &api.Cluster{Server: server, InsecureSkipTLSVerify: true}
	config.AuthInfos["test"] = &api.AuthInfo{Token: token}
	config.Contexts["test"] = &api.Context{Cluster: "test", AuthInfo: "test"}
	config.CurrentContext = "test"
	if err := clientcmd.WriteToFile(*config, c.Kubeconfig); err != nil {
		return err
	}
	var err error
	c.Config, err = clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err != nil {
		return err
	}
	// A test asks for as much as it likes.
	c.Config.QPS = -1
	c.Client, err = kubernetes.NewForConfig(c.Config)
	return err
}

func (c *Cluster) waitUntilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return Eventually(ctx, "the API server is ready", func(ctx context.Context) (bool, error) {
		_, err := c.Client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil, nil
	})
}

// freePorts are addresses with ports that were free a moment ago.
func freePorts(count int) ([]string, error) {
	var addresses []string
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		addresses = append(addresses, listener.Addr().String())
	}
	return addresses, nil
}
