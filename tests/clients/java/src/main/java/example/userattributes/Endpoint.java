package example.userattributes;

import com.google.gson.Gson;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How to reach the service. What isn't given is null.
 *
 * @param url http://HOST:PORT, or https://HOST:PORT for TLS
 * @param ca PEM file of the certificates to trust, instead of the system's
 * @param cert PEM file of the client's own certificate
 * @param key PEM file of its key
 * @param serverName the name that the server's certificate must have, instead of the URL's host
 */
record Endpoint(String url, String ca, String cert, String key, String serverName) {

  /**
   * A channel that keeps to the contract's service config: which calls gRPC repeats by itself, how
   * long a call may take, and which servers are called. Unless it is to ask for health, a server
   * that isn't SERVING gets no call.
   *
   * @throws IllegalArgumentException for what makes no sense
   * @throws IOException for a file that can't be read
   */
  ManagedChannel connect(boolean asksHealth) throws IOException {
    URI parsed = URI.create(url);
    if (parsed.getPort() < 0 || !List.of("http", "https").contains(parsed.getScheme())) {
      throw new IllegalArgumentException(url + " isn't http://HOST:PORT or https://HOST:PORT");
    }
    var builder =
        Grpc.newChannelBuilder("dns:///" + parsed.getAuthority(), credentials(parsed.getScheme()))
            .defaultServiceConfig(serviceConfig(asksHealth));
    if (serverName != null) {
      builder.overrideAuthority(serverName);
    }
    return builder.build();
  }

  private ChannelCredentials credentials(String scheme) throws IOException {
    if (scheme.equals("http")) {
      if (ca != null || cert != null || key != null || serverName != null) {
        throw new IllegalArgumentException("TLS is set up, and the URL isn't https://");
      }
      return InsecureChannelCredentials.create();
    }
    if (Objects.isNull(cert) != Objects.isNull(key)) {
      throw new IllegalArgumentException("a certificate and its key go together");
    }
    var builder = TlsChannelCredentials.newBuilder();
    if (ca != null) {
      builder.trustManager(new File(ca));
    }
    if (cert != null) {
      builder.keyManager(new File(cert), new File(key));
    }
    return builder.build();
  }

  /** A copy of the contract's own proto/service_config.json. */
  @SuppressWarnings("unchecked")
  private static Map<String, ?> serviceConfig(boolean asksHealth) throws IOException {
    try (var file = Endpoint.class.getResourceAsStream("/service_config.json")) {
      Map<String, ?> config =
          new Gson().fromJson(new InputStreamReader(file, StandardCharsets.UTF_8), Map.class);
      if (asksHealth) {
        config.remove("healthCheckConfig");
      }
      return config;
    }
  }
}
