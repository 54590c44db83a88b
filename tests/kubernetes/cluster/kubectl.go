package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Kubectl runs kubectl and gives what it prints: to standard output, and to standard error.
func (c *Cluster) Kubectl(ctx context.Context, arguments ...string) (out, warnings string, err error) {
	return c.runAsUser(exec.CommandContext(ctx, c.programs, append([]string{"kubectl"}, arguments...)...))
}

// Shell runs a script as a person does whose kubectl's context names no namespace.
func (c *Cluster) Shell(ctx context.Context, script string) (out, warnings string, err error) {
	folder, err := os.MkdirTemp(c.Folder, "shell")
	if err != nil {
		return "", "", err
	}
	kubectl := fmt.Sprintf("#!/bin/sh\nexec '%s' kubectl \"$@\"\n", c.programs)
	if err := os.WriteFile(filepath.Join(folder, "kubectl"), []byte(kubectl), 0o700); err != nil {
		return "", "", err
	}
	command := exec.CommandContext(ctx, "bash", "-c", script)
	command.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"))
	return c.runAsUser(command)
}

func (c *Cluster) runAsUser(command *exec.Cmd) (out, warnings string, err error) {
	if command.Env == nil {
		command.Env = os.Environ()
	}
	command.Env = append(command.Env, "KUBECONFIG="+c.Kubeconfig, "HOME="+c.Folder)
	var printed, errors strings.Builder
	command.Stdout, command.Stderr = &printed, &errors
	if err = command.Run(); err != nil {
		err = fmt.Errorf("%v: %w: %s", command.Args, err, errors.String())
	}
	return printed.String(), errors.String(), err
}
