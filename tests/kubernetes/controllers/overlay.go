package controllers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// Where this package finds deploy/.
const deploy = "../../../deploy"

// Overlay is a copy of one of deploy/overlays, changed as a team changes its own.
type Overlay struct {
	folder string
	fields map[string]any
}

// CopyOverlay copies deploy/ to a folder, and has the overlay of that name make another namespace,
// with pods for the nodes of that pool alone.
func CopyOverlay(folder, name, namespace string) (*Overlay, error) {
	if err := os.CopyFS(folder, os.DirFS(deploy)); err != nil {
		return nil, err
	}
	o := &Overlay{folder: filepath.Join(folder, "overlays", name)}
	text, err := os.ReadFile(o.file())
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(text, &o.fields); err != nil {
		return nil, err
	}
	o.fields["namespace"] = namespace
	return o, o.Patch("Deployment", "add", "/spec/template/spec/nodeSelector", map[string]string{
		poolLabel: namespace,
	})
}

// Patch adds a change of the one object of a kind.
func (o *Overlay) Patch(kind, operation, path string, value any) error {
	patch, err := yaml.Marshal([]any{map[string]any{"op": operation, "path": path, "value": value}})
	if err != nil {
		return err
	}
	patches, _ := o.fields["patches"].([]any)
	o.fields["patches"] = append(patches, map[string]any{
		"target": map[string]any{"kind": kind}, "patch": string(patch),
	})
	return o.write()
}

// Components takes these instead of those that it has.
func (o *Overlay) Components(names ...string) error {
	var paths []string
	for _, name := range names {
		paths = append(paths, "../../components/"+name)
	}
	o.fields["components"] = paths
	return o.write()
}

// Autoscaled has the autoscaler set the number of replicas, and nothing else.
func (o *Overlay) Autoscaled() error {
	delete(o.fields, "replicas")
	components, _ := o.fields["components"].([]any)
	o.fields["components"] = append(components, "../../components/autoscaling")
	return o.write()
}

// Version has the pods run an image by another name.
func (o *Overlay) Version(name string) error {
	image := o.fields["images"].([]any)[0].(map[string]any)
	image["newName"] = "registry.example.com/" + name
	return o.write()
}

// Setting adds one to the ConfigMap.
func (o *Overlay) Setting(name, value string) error {
	settings := o.fields["configMapGenerator"].([]any)[0].(map[string]any)
	settings["literals"] = append(settings["literals"].([]any), fmt.Sprintf("%s=%s", name, value))
	return o.write()
}

func (o *Overlay) file() string {
	return filepath.Join(o.folder, "kustomization.yaml")
}

func (o *Overlay) write() error {
	text, err := yaml.Marshal(o.fields)
	if err != nil {
		return err
	}
	return os.WriteFile(o.file(), text, 0o600)
}

// componentNames are all that there are.
func componentNames() ([]string, error) {
	folders, err := os.ReadDir(filepath.Join(deploy, "components"))
	var names []string
	for _, folder := range folders {
		names = append(names, folder.Name())
	}
	return names, err
}

// read reads an object of a file of deploy/.
func read(object any, path string) error {
	text, err := os.ReadFile(filepath.Join(deploy, path))
	if err != nil {
		return err
	}
	return yaml.UnmarshalStrict(text, object)
}

// recipes are the commands in the comment on top of a component: each is a block that is indented.
func recipes(component string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(deploy, "components", component, "kustomization.yaml"))
	if err != nil {
		return nil, err
	}
	var found []string
	inside := false
	for line := range strings.Lines(string(text)) {
		command, indented := strings.CutPrefix(line, "#     ")
		if indented && !inside {
			found = append(found, "")
		}
		if indented {
			found[len(found)-1] += command
		}
		inside = indented
	}
	return found, nil
}
