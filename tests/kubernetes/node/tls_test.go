package node

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"google.golang.org/grpc/credentials"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	tlsComponent = "\ncomponents: [COMPONENTS/tls]\n"
	tlsSecret    = "user-attributes-tls"
	serverName   = "user-attributes-headless"
)

func TestPodsServeTLSToCallersOfTheSameCA(t *testing.T) {
	ctx := deployed(t)
	ca := newCA(t)
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: tlsSecret},
		Data:       ca.files(t, serverName),
	}
	secrets := node.Client.CoreV1().Secrets(namespace)
	if _, err := secrets.Create(ctx, secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := secrets.Delete(context.Background(), tlsSecret, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	node.apply(ctx, t, Overlay{More: tlsComponent})
	node.rolledOut(ctx, t)

	caller := ca.files(t, "caller")
	certificate, err := tls.X509KeyPair(caller["tls.crt"], caller["tls.key"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(caller["ca.crt"])
	config := &tls.Config{
		RootCAs: roots, ServerName: serverName, Certificates: []tls.Certificate{certificate},
	}
	callers, err := startCallers(ctx, node, callsPerSecond, credentials.NewTLS(config))
	if err != nil {
		t.Fatal(err)
	}
	if _, failures := callers.Stop(); len(failures) > 0 {
		t.Error(failures)
	}
}

// installCertificates stands in for cert-manager, which nothing of is here: a kind that takes whatever
// it is given.
func installCertificates(ctx context.Context, n *Node) error {
	client, err := apiextensions.NewForConfig(n.Config)
	if err != nil {
		return err
	}
	unknown := true
	_, err = client.ApiextensionsV1().CustomResourceDefinitions().Create(ctx,
		&apiextensionsv1.CustomResourceDefinition{
			ObjectMeta: metav1.ObjectMeta{Name: "certificates.cert-manager.io"},
			Spec: apiextensionsv1.CustomResourceDefinitionSpec{
				Group: "cert-manager.io",
				Scope: apiextensionsv1.NamespaceScoped,
				Names: apiextensionsv1.CustomResourceDefinitionNames{
					Plural: "certificates", Kind: "Certificate",
				},
				Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
					Name: "v1", Served: true, Storage: true,
					Schema: &apiextensionsv1.CustomResourceValidation{
						OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
							Type: "object", XPreserveUnknownFields: &unknown,
						},
					},
				}},
			},
		}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newCA(t *testing.T) authority {
	t.Helper()
	key := newKey(t)
	template := certificateOf("CA")
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	return authority{sign(t, template, template, key, key), key}
}

// files are what cert-manager has in the Secret of a certificate by this name.
func (a authority) files(t *testing.T, name string) map[string][]byte {
	t.Helper()
	key := newKey(t)
	template := certificateOf(name)
	template.DNSNames = []string{name}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"ca.crt":  pemOf("CERTIFICATE", a.certificate.Raw),
		"tls.crt": pemOf("CERTIFICATE", sign(t, template, a.certificate, key, a.key).Raw),
		"tls.key": pemOf("PRIVATE KEY", encoded),
	}
}

func certificateOf(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(time.Hour),
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, template, parent *x509.Certificate, of, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	encoded, err := x509.CreateCertificate(rand.Reader, template, parent, &of.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func pemOf(kind string, encoded []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: encoded})
}
