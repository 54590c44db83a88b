import { readFileSync } from "node:fs";

import { ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";

/** How to reach the service. */
export interface Endpoint {
  /** http://HOST:PORT, or https://HOST:PORT for TLS. */
  url: string;
  /** PEM file of the certificates to trust, instead of Node's own. */
  ca?: string;
  /** PEM files of the client's own certificate and its key. */
  cert?: string;
  key?: string;
  /** The name that the server's certificate must have, instead of the URL's host. */
  serverName?: string;
}

/** What a generated client takes. */
export type Channel = [address: string, credentials: ChannelCredentials, options: ChannelOptions];

/**
 * A channel that keeps to the contract's service config: which calls gRPC repeats by itself, how
 * long a call may take, and which servers are called.
 *
 * Throws for what makes no sense, and for a file that can't be read.
 */
export function channel(endpoint: Endpoint): Channel {
  const { protocol, host } = new URL(endpoint.url);
  const options: ChannelOptions = {
    // A copy of the contract's own proto/service_config.json.
    "grpc.service_config": readFileSync(new URL("../service_config.json", import.meta.url), "utf8"),
  };
  if (endpoint.serverName !== undefined) {
    options["grpc.ssl_target_name_override"] = endpoint.serverName;
  }
  return [`dns:///${host}`, credentials(protocol, endpoint), options];
}

function credentials(protocol: string, endpoint: Endpoint): ChannelCredentials {
  const { ca, cert, key, serverName } = endpoint;
  if (protocol === "http:") {
    if ([ca, cert, key, serverName].some((it) => it !== undefined)) {
      throw new Error("TLS is set up, and the URL isn't https://");
    }
    return ChannelCredentials.createInsecure();
  }
  if (protocol !== "https:") {
    throw new Error(`${endpoint.url} isn't http://HOST:PORT or https://HOST:PORT`);
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error("a certificate and its key go together");
  }
  const read = (path?: string) => (path === undefined ? null : readFileSync(path));
  return ChannelCredentials.createSsl(read(ca), read(key), read(cert));
}
