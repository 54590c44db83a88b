package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"
)

// The kinds of deploy/ that Kubernetes doesn't have.
var definedKinds = []schema.GroupKind{
	{Group: "cert-manager.io", Kind: "Certificate"},
	{Group: "gateway.networking.k8s.io", Kind: "GRPCRoute"},
	{Group: "monitoring.coreos.com", Kind: "PodMonitor"},
	{Group: "monitoring.coreos.com", Kind: "PrometheusRule"},
}

// InstallDefinitions makes the CustomResourceDefinitions of the kinds that deploy/ has, from those
// in these folders, which .ci/definitions prints, and waits until they are served.
func (c *Cluster) InstallDefinitions(ctx context.Context, folders string) error {
	objects, err := dynamic.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	definitions := objects.Resource(schema.GroupVersionResource{
		Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
	})
	for _, kind := range definedKinds {
		definition, err := readDefinition(folders, kind)
		if err != nil {
			return err
		}
		if _, err := definitions.Create(ctx, definition, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return Eventually(ctx, "all kinds are served", func(context.Context) (bool, error) {
		mapper, err := c.Mapper()
		if err != nil {
			return false, err
		}
		for _, kind := range definedKinds {
			if _, err := mapper.RESTMapping(kind); err != nil {
				return false, nil
			}
		}
		return true, nil
	})
}

func readDefinition(folders string, kind schema.GroupKind) (*unstructured.Unstructured, error) {
	for _, folder := range strings.Split(strings.Trim(folders, ":"), ":") {
		// By the name that controller-gen gives such a file.
		name := fmt.Sprintf("%s_%ss.yaml", kind.Group, strings.ToLower(kind.Kind))
		text, err := os.ReadFile(filepath.Join(folder, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		definition := &unstructured.Unstructured{}
		return definition, yaml.Unmarshal(text, &definition.Object)
	}
	return nil, fmt.Errorf("no definition of %s in %s", kind, folders)
}

// Mapper knows the resource of each kind that is served now.
func (c *Cluster) Mapper() (meta.RESTMapper, error) {
	groups, err := restmapper.GetAPIGroupResources(c.Client.Discovery())
	if err != nil {
		return nil, err
	}
	return restmapper.NewDiscoveryRESTMapper(groups), nil
}
