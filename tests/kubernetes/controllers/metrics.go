package controllers

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	metricsv1beta1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"

	"user-attributes/tests/kubernetes/cluster"
)

const metricsVersion = "metrics.k8s.io/v1beta1"

// Metrics stand in for the metrics server, behind the API server as that one is.
type Metrics struct {
	client kubernetes.Interface
	mutex  sync.Mutex
	// What each container of a namespace uses, in thousandths of a CPU.
	used map[string]int64
}

// StartMetrics serves them until the process ends, and has the API server ask there.
func StartMetrics(ctx context.Context, to *cluster.Cluster) (*Metrics, error) {
	m := &Metrics{client: to.Client, used: map[string]int64{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /apis/"+metricsVersion, m.kinds)
	mux.HandleFunc("GET /apis/"+metricsVersion+"/namespaces/{namespace}/pods", m.pods)
	server := httptest.NewTLSServer(mux)
	_, text, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, err
	}
	return m, m.register(ctx, to, port)
}

// Use sets what each pod of a namespace uses.
func (m *Metrics) Use(namespace string, milliCPU int64) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.used[namespace] = milliCPU
}

// By a Service without pods: its name leads to this machine.
func (m *Metrics) register(ctx context.Context, to *cluster.Cluster, port int64) error {
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "metrics", Namespace: "kube-system"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "127.0.0.1"},
	}
	_, err := to.Client.CoreV1().Services("kube-system").Create(ctx, service, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	objects, err := dynamic.NewForConfig(to.Config)
	if err != nil {
		return err
	}
	api := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
		"metadata": map[string]any{"name": "v1beta1.metrics.k8s.io"},
		"spec": map[string]any{
			"group": "metrics.k8s.io", "version": "v1beta1",
			"groupPriorityMinimum": int64(100), "versionPriority": int64(100),
			"insecureSkipTLSVerify": true,
			"service":               map[string]any{"name": "metrics", "namespace": "kube-system", "port": port},
		},
	}}
	_, err = objects.Resource(schema.GroupVersionResource{
		Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices",
	}).Create(ctx, api, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return cluster.Eventually(ctx, "the metrics are served", func(ctx context.Context) (bool, error) {
		path := "/apis/" + metricsVersion + "/namespaces/default/pods"
		_, err := to.Client.Discovery().RESTClient().Get().AbsPath(path).DoRaw(ctx)
		return err == nil, nil
	})
}

func (m *Metrics) kinds(w http.ResponseWriter, _ *http.Request) {
	answer(w, metav1.APIResourceList{
		TypeMeta:     metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"},
		GroupVersion: metricsVersion,
		APIResources: []metav1.APIResource{
			{Name: "pods", Kind: "PodMetrics", Namespaced: true, Verbs: []string{"get", "list"}},
		},
	})
}

func (m *Metrics) pods(w http.ResponseWriter, r *http.Request) {
	namespace := r.PathValue("namespace")
	pods, err := m.client.CoreV1().Pods(namespace).List(r.Context(), metav1.ListOptions{
		LabelSelector: r.URL.Query().Get("labelSelector"),
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	m.mutex.Lock()
	used := m.used[namespace]
	m.mutex.Unlock()
	result := metricsv1beta1.PodMetricsList{
		TypeMeta: metav1.TypeMeta{APIVersion: metricsVersion, Kind: "PodMetricsList"},
	}
	for i := range pods.Items {
		result.Items = append(result.Items, measured(&pods.Items[i], used))
	}
	answer(w, result)
}

func measured(pod *corev1.Pod, milliCPU int64) metricsv1beta1.PodMetrics {
	metrics := metricsv1beta1.PodMetrics{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace},
		Timestamp:  metav1.Now(),
	}
	for _, container := range pod.Spec.Containers {
		metrics.Containers = append(metrics.Containers, metricsv1beta1.ContainerMetrics{
			Name: container.Name,
			Usage: corev1.ResourceList{
				corev1.ResourceCPU: *resource.NewMilliQuantity(milliCPU, resource.DecimalSI),
			},
		})
	}
	return metrics
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
