// TLS before services of this machine that speak plain HTTP, with a certificate authority of its own: Alibaba Cloud's libraries
// speak https alone.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { certificateAuthority, clientCertificate, EXTENSIONS } from '../support/certificates.ts';

export interface TlsFront {
  /** The certificate of the authority, as a file of PEM. */
  readonly ca: string;
  /** `localhost:<port>` of each service, in the order in which they were given. */
  readonly hosts: readonly string[];
  close(): void;
}

/** Passes each request on as it came, `Host` too, which signatures cover. */
function listenBefore(port: number, key: string, cert: string): Server {
  return createServer({ key, cert }, (request, response) => {
    const { method, url, headers } = request;
    const passed = forward(
      { host: '127.0.0.1', port, method, path: url, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.once('error', () => response.destroy());
    request.pipe(passed);
  });
}

/** `folder`: where the file of the authority is written. `ports`: of the services, on this machine. */
export async function startTlsFront(folder: string, ports: readonly number[]): Promise<TlsFront> {
  const valid = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) };
  const authority = certificateAuthority('Test CA', valid);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [EXTENSIONS.purposes('serverAuth'), EXTENSIONS.names(['dns', 'localhost'])];
  const certificate = new X509Certificate(clientCertificate(authority, { ...valid, keys, extensions }));
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const servers = ports.map((port) => listenBefore(port, key, certificate.toString()));
  const hosts = await Promise.all(
    servers.map(
      (server) =>
        new Promise<string>((resolve, reject) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (typeof address !== 'object' || address === null) reject(new Error('no port'));
            else resolve(`localhost:${address.port}`);
          });
        }),
    ),
  );
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, authority.pem);
  return {
    ca,
    hosts,
    close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
