package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"
)

// What TLS takes: PEM files of the certificates to trust, instead of the system's, and of the
// client's own certificate and its key; and the name that the server's certificate must have,
// instead of the URL's host.
const (
	caVariable         = "USER_ATTRIBUTES_ENDPOINT_TLS_CA"
	certVariable       = "USER_ATTRIBUTES_ENDPOINT_TLS_CERT"
	keyVariable        = "USER_ATTRIBUTES_ENDPOINT_TLS_KEY"
	serverNameVariable = "USER_ATTRIBUTES_ENDPOINT_TLS_SERVER_NAME"
)

// credentialsOf returns what the variables say of an https URL, and nothing for an http one.
func credentialsOf(
	scheme string, getenv func(string) string,
) (credentials.TransportCredentials, error) {
	ca, cert, key := getenv(caVariable), getenv(certVariable), getenv(keyVariable)
	name := getenv(serverNameVariable)
	if scheme == "http" {
		if ca+cert+key+name != "" {
			return nil, errors.New("TLS is set up, and USER_ATTRIBUTES_ENDPOINT isn't https://")
		}
		return nil, nil
	}
	config := &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", caVariable, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: there is no certificate in %s", caVariable, ca)
		}
	}
	if cert+key != "" {
		own, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("%s and %s: %w", certVariable, keyVariable, err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return credentials.NewTLS(config), nil
}
