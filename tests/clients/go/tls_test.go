package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheProgramSpeaksTLSAndHasACertificateOfItsOwn(t *testing.T) {
	server := startServer(t)
	authority := newIdentity(t, nil, "an authority")
	stranger := newIdentity(t, nil, "a stranger")
	client := newIdentity(t, authority, "client.test")
	port := terminate(t, newIdentity(t, authority, "service.test"), authority, server.address)

	for _, given := range []struct {
		scheme         string
		ca, own        *identity
		name           string
		stdout, stderr string
		code           int
	}{
		{"https", authority, client, "service.test", "phone_number: code sent", "", 0},
		{"https", authority, client, "", "", "not localhost", 1},
		{"https", stranger, client, "service.test", "", "unknown authority", 1},
		{"https", authority, nil, "service.test", "", "certificate required", 1},
		{"https", nil, &identity{key: client.key}, "service.test", "", certVariable, 2},
		{"https", &identity{cert: client.key}, client, "service.test", "", caVariable, 2},
		{"http", authority, client, "service.test", "", "https://", 2},
	} {
		environment := map[string]string{
			"USER_ATTRIBUTES_ENDPOINT":     given.scheme + "://localhost:" + port,
			"USER_ATTRIBUTES_ACCESS_TOKEN": server.accessToken,
			serverNameVariable:             given.name,
		}
		if given.ca != nil {
			environment[caVariable] = given.ca.cert
		}
		if given.own != nil {
			environment[certVariable], environment[keyVariable] = given.own.cert, given.own.key
		}
		var stdout, stderr strings.Builder
		getenv := func(name string) string { return environment[name] }
		code := run([]string{"phone_number=+15555550199"}, getenv, &stdout, &stderr)
		if code != given.code || !strings.HasPrefix(stdout.String(), given.stdout) ||
			!strings.Contains(stderr.String(), given.stderr) {
			t.Errorf("%+v ended with %d, said\n%s%s", given, code, &stdout, &stderr)
		}
	}
}

// An identity is a certificate and its key, as PEM files, too.
type identity struct {
	cert, key string

	certificate *x509.Certificate
	private     *ecdsa.PrivateKey
}

// newIdentity makes one that the issuer signs, or, without an issuer, an authority.
func newIdentity(t *testing.T, issuer *identity, name string) *identity {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		DNSNames:     []string{name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	template.Subject.CommonName = name
	made := &identity{private: private}
	if issuer == nil {
		issuer = &identity{certificate: template, private: private}
		template.IsCA, template.BasicConstraintsValid = true, true
		template.DNSNames = nil
	}
	der, err := x509.CreateCertificate(
		rand.Reader, template, issuer.certificate, private.Public(), issuer.private)
	check(t, err)
	made.certificate, err = x509.ParseCertificate(der)
	check(t, err)
	key, err := x509.MarshalPKCS8PrivateKey(private)
	check(t, err)
	made.cert = writePEM(t, "CERTIFICATE", der)
	made.key = writePEM(t, "PRIVATE KEY", key)
	return made
}

func writePEM(t *testing.T, label string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file.pem")
	check(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), 0o600))
	return file
}

// terminate takes TLS off connections, from clients whose certificates the authority has signed,
// and passes what is inside on. It returns its port.
func terminate(t *testing.T, own, authority *identity, address string) string {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(own.cert, own.key)
	check(t, err)
	clients := x509.NewCertPool()
	clients.AddCert(authority.certificate)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientCAs:    clients,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		NextProtos:   []string{"h2"},
	})
	check(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			outside, err := listener.Accept()
			if err != nil {
				return
			}
			go passOn(outside, address)
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	check(t, err)
	return port
}

func passOn(outside net.Conn, address string) {
	defer outside.Close()
	inside, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	go func() {
		defer inside.Close()
		_, _ = io.Copy(inside, outside)
	}()
	_, _ = io.Copy(outside, inside)
}
