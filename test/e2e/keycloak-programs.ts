// Programs of a Keycloak realm at vend: a service account as docs/providers/keycloak.md makes it, with and without its roles,
// bound to a key, and with a new key of the realm.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { clientKey, dpopHeaders, dpopProof } from '../support/dpop.ts';
import { seconds } from '../support/issuer.ts';
import type { Keycloak } from './keycloak.ts';
import { patiently } from './keycloak-people.ts';

export interface Programs {
  readonly keycloak: Keycloak;
  /** The address of Stint. */
  readonly base: string;
  /** What the page's program prints: the answer of vend. */
  readonly vendByPage: () => Promise<string>;
  /** Puts the page's rules in force, with these parts of the provider `programs` changed. */
  readonly apply: (parts: object) => Promise<void>;
}

const Found = z.array(z.looseObject({ id: z.string(), name: z.string().optional() }));
const Secret = z.object({ value: z.string() });
const Caller = z.looseObject({ subject: z.string(), groups: z.array(z.string()) });
const now = () => seconds(new Date());

class Program {
  readonly #at: () => Programs;

  constructor(at: () => Programs) {
    this.#at = at;
  }

  get keycloak(): Keycloak {
    return this.#at().keycloak;
  }

  async clientId(): Promise<string> {
    const [client] = Found.parse(await this.keycloak.admin('GET', '/clients?clientId=exporter'));
    return client?.id ?? '';
  }

  async token(headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const path = `/clients/${await this.clientId()}/client-secret`;
    const { value } = Secret.parse(await this.keycloak.admin('GET', path));
    const fields = { grant_type: 'client_credentials', client_id: 'exporter', client_secret: value };
    return this.keycloak.token(this.keycloak.realm, fields, headers);
  }

  async send(path: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const isPost = path === '/v1/credentials';
    return fetch(`${this.#at().base}${path}`, {
      method: isPost ? 'POST' : 'GET',
      headers: { ...headers, ...(isPost ? { 'content-type': 'application/json' } : {}) },
      ...(isPost ? { body: JSON.stringify({ role: 'arms-reader' }) } : {}),
    });
  }

  async vend(token: string, headers = { authorization: `Bearer ${token}` }): Promise<number> {
    return (await this.send('/v1/credentials', headers)).status;
  }

  async groups(): Promise<readonly string[]> {
    const answer = await this.send('/v1/identity', { authorization: `Bearer ${await this.token()}` });
    return Caller.parse(await answer.json()).groups;
  }
}

export function describePrograms(at: () => Programs): void {
  const program = new Program(at);
  describe('gives programs tokens', () => {
    it('with which they get credentials by the commands of the page', async () => {
      const printed = await patiently(() => at().vendByPage());
      expect(JSON.parse(printed)).toMatchObject({ role: 'arms-reader', grant: 'monitoring' });
    });

    it('whose realm roles are groups, until the client leaves them out', async () => {
      expect(await program.groups()).toEqual(expect.arrayContaining(['monitoring', 'default-roles-staff']));
      const scopes = `/clients/${await program.clientId()}/default-client-scopes`;
      const roles = Found.parse(await program.keycloak.admin('GET', scopes)).find(
        ({ name }) => name === 'roles',
      );
      await program.keycloak.admin('DELETE', `${scopes}/${roles?.id}`);
      expect(await program.groups()).toEqual([]);
      expect(await program.vend(await program.token())).toBe(403);
      await program.keycloak.admin('PUT', `${scopes}/${roles?.id}`);
      expect(await program.vend(await program.token())).toBe(200);
    });

    it('bound to a key, which vend takes with a proof of it and without one does not', async () => {
      const [client] = Found.parse(await program.keycloak.admin('GET', '/clients?clientId=exporter'));
      const attributes = { 'dpop.bound.access.tokens': 'true' };
      const path = `/clients/${client?.id}`;
      await program.keycloak.admin('PUT', path, { clientId: 'exporter', attributes });
      const key = clientKey();
      const endpoint = `${program.keycloak.issuer}/protocol/openid-connect/token`;
      const claims = { htu: endpoint, iat: now(), ath: undefined };
      const token = await program.token({ dpop: dpopProof(key, '', { claims }) });
      const proof = (signedBy = key) =>
        dpopProof(signedBy, token, { claims: { htu: `${at().base}/v1/credentials`, iat: now() } });
      expect(await program.vend(token, dpopHeaders(token, proof()))).toBe(200);
      expect(await program.vend(token)).toBe(401);
      expect(await program.vend(token, dpopHeaders(token, proof(clientKey())))).toBe(401);
      const unbound = { 'dpop.bound.access.tokens': 'false' };
      await program.keycloak.admin('PUT', path, { clientId: 'exporter', attributes: unbound });
    });

    it('whose realm roles count no more once the provider says so', async () => {
      expect(await program.vend(await program.token())).toBe(200);
      await at().apply({ groups: false });
      await patiently(async () => expect(await program.groups()).toEqual([]));
      expect(await program.vend(await program.token())).toBe(403);
    });
  });
}
