// The floor: a bare node:http server that verifies one RS256 token with jose for each request, and does nothing else.
import { createServer } from 'node:http';
import { importJWK, jwtVerify } from 'jose';

const { PORT, JWK, ISSUER, AUDIENCE } = process.env;

async function main(): Promise<void> {
  const key = await importJWK(JSON.parse(JWK ?? ''), 'RS256');
  const server = createServer(async (request, response) => {
    for await (const _ of request); // a vend has a body: reading it belongs to the floor
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    response.setHeader('content-type', 'application/json');
    try {
      const { payload } = await jwtVerify(token, key, { issuer: ISSUER ?? '', audience: AUDIENCE ?? '' });
      response.end(JSON.stringify({ sub: payload.sub }));
    } catch {
      response.writeHead(401).end('{}');
    }
  });
  server.listen(Number(PORT), '127.0.0.1');
}

void main();
