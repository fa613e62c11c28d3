// The line that `npm start` prints gives alice credentials for her own prefix and nothing else; refusals tell nobody
// which roles exist.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AUDIT, ISSUED, LOGIN_KEYS, TABLES } from '../../shared/adapters/tablestore/tables.ts';
import { readTable, type StoredRow, stsClient, tablestoreClient } from './cloud-clients.ts';
import { granted, withoutRequestId } from './exchange.ts';
import { runLine, startWorld, type World } from './world.ts';

/** Stands in for curl where there is none: understands what the printed line uses of it. */
const CURL = `command -v curl >/dev/null || curl() { node --input-type=module -e '
  const [, url, ...options] = process.argv.slice(1);
  const after = (name) => options.flatMap((option, i) => (options[i - 1] === name ? [option] : []));
  const headers = after("-H").map((line) => line.split(": "));
  const answer = await fetch(url, { method: "POST", headers, body: after("-d")[0] });
  process.stdout.write(await answer.text());' -- "$@"; }
`;

const TimeLimit = z.object({ DateLessThan: z.object({ 'acs:CurrentTime': z.iso.datetime() }) });

const PARTNER = '6543210987654321:user/deployer';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close()); // a start that failed has cleaned up after itself

describe('the line to paste', () => {
  it('gives alice credentials for her own prefix and nothing else', async () => {
    const line = /^ {2}(curl .*)$/m.exec(world.npm.output())?.[1] ?? '';
    const { out, errors } = await world.run(`${CURL}${line}`);
    expect(errors).toBe('');
    expect(granted(world.remember('', 200, out))).toMatchObject({
      role: 'media-uploader',
      grant: 'alice-own-prefix',
      credentials: { accessKeyId: expect.stringMatching(/^STS\./) },
      policy: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['oss:PutObject', 'oss:GetObject'],
            Resource: 'acs:oss:*:*:media/users/alice/*',
          },
        ],
      },
    });
  });
});

describe('npm run local:token', () => {
  it('prints a token that vends, and nothing else', async () => {
    const { exitCode, out, errors } = await world.run('npm run --silent local:token -- alice');
    expect([exitCode, errors]).toEqual([0, '']);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(granted(await world.vend(out.trim(), { role: 'arms-reader' })).grant).toBe('alice-monitoring');
  });

  it('names the demo people to whoever asks for another', async () => {
    const { exitCode, out, errors } = await world.run('npm run --silent local:token -- eve');
    expect([exitCode, out]).toEqual([1, '']);
    expect(errors).toContain('no demo person "eve". Name one of: alice, bob, mallory.');
  });

  it('says how to start the local cloud when it does not run', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'stint-e2e-'));
    const ended = await runLine('npm run --silent local:token -- alice', { STINT_STATE_DIR: empty });
    rmSync(empty, { recursive: true });
    expect(ended).toMatchObject({ exitCode: 1, out: '', errors: expect.stringContaining('npm start') });
  });
});

const StsAnswer = z.object({
  Credentials: z.object({ AccessKeyId: z.string(), AccessKeySecret: z.string(), SecurityToken: z.string() }),
});
const OtherRow = z.object({ outcome: z.string(), subject: z.string(), wire: z.string().optional() });
const ExchangeAnswer = z.object({ access_token: z.string(), expires_in: z.number() });

describe('the other wires', () => {
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    fetch(`${world.url}${path}`, { method: 'POST', body: new URLSearchParams(form) });

  it('of STS gives working credentials at every path, and its query is in no log', async () => {
    const form = {
      RoleArn: 'acs:ram::1234567890123456:role/media-uploader',
      OIDCToken: await world.token('alice'),
    };
    const query = 'Action=AssumeRoleWithOIDC&Version=2015-04-01&Format=JSON&x=canary-of-a-query';
    for (const path of ['/', '/sts', '/sts/']) {
      const answer = await post(`${path}?${query}`, form);
      expect(answer.status).toBe(200);
      const { Credentials: given } = StsAnswer.parse(await answer.json());
      const credentials = {
        accessKeyId: given.AccessKeyId,
        accessKeySecret: given.AccessKeySecret,
        securityToken: given.SecurityToken,
      };
      const { body } = await stsClient(world.ports.sts, credentials).getCallerIdentity();
      expect(body?.arn).toContain('assumed-role/media-uploader/');
    }
    expect(world.log()).not.toContain('canary-of-a-query');
  });

  it('of RFC 8693 exchanges a token where its metadata says', async () => {
    const metadata = await fetch(`${world.url}/.well-known/oauth-authorization-server`);
    const { token_endpoint: endpoint } = z.object({ token_endpoint: z.url() }).parse(await metadata.json());
    const answer = await post(new URL(endpoint).pathname, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await world.token('alice'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      audience: 'media-uploader',
    });
    const { access_token: issued } = ExchangeAnswer.parse(await answer.json());
    expect(JSON.parse(Buffer.from(issued, 'base64url').toString())).toMatchObject({
      AccessKeyId: expect.stringMatching(/^STS\./),
    });
  });

  it('leave the root of the host to people, who are led to the portal', async () => {
    const answer = await fetch(world.url, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/portal']);
  });
});

describe('vended credentials', () => {
  it('are the role’s and carry the session name that the response says', async () => {
    const token = await world.token('alice');
    const given = granted(await world.vend(token, { role: 'media-uploader' }));
    const { body } = await stsClient(world.ports.sts, given.credentials).getCallerIdentity();
    expect(body).toMatchObject({
      identityType: 'AssumedRoleUser',
      arn: `acs:ram::1234567890123456:assumed-role/media-uploader/${given.sessionName}`,
    });
    expect(given.assumedRoleArn).toBe(`${given.roleArn}/${given.sessionName}`);
    expect(given.sessionName).toContain('alice');
  });

  it('end within the minute that was asked for, by a time condition on every statement', async () => {
    const token = await world.token('alice');
    const given = granted(await world.vend(token, { role: 'media-uploader', durationSeconds: 60 }));
    const end = Date.parse(given.credentials.expiration);
    expect(end).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(given.policy.Statement.length).toBeGreaterThan(0);
    for (const statement of given.policy.Statement) {
      const { DateLessThan } = TimeLimit.parse(statement['Condition']);
      expect(Date.parse(DateLessThan['acs:CurrentTime'])).toBe(end);
    }
  });
});

describe('a refusal', () => {
  it.each([
    ['bob', 'media-uploader'],
    ['mallory', 'media-uploader'],
    ['mallory', 'arms-reader'],
  ])('of %s for %s is byte for byte that for a role that does not exist', async (person, role) => {
    const token = await world.token(person);
    const refused = await world.vend(token, { role });
    const unknown = await world.vend(token, { role: 'no-such-role' });
    expect(refused.status).toBe(403);
    expect(refused.requestId).not.toBe(unknown.requestId);
    expect(withoutRequestId(refused)).toBe(withoutRequestId(unknown));
  });

  it('of a token that nobody signed has its row like any other', async () => {
    expect((await world.vend('not.a.token', { role: 'media-uploader' })).status).toBe(401);
  });
});

describe('a partner', () => {
  it('takes a role by a proof of its own key, and none by the same proof again', async () => {
    const prove = `npx stint caller-proof --env ${world.state.folder}/partner.env`;
    const { out, errors } = await world.run(prove);
    expect(errors).not.toContain('stint');
    const proof = out.trim();
    expect(granted(await world.vend(proof, { role: 'arms-reader' })).grant).toBe('partner-monitoring');
    expect((await world.vend(proof, { role: 'arms-reader' })).status).toBe(401);
  });
});

describe('afterwards', () => {
  const recordIn = (row: StoredRow): unknown => JSON.parse(row['event'] ?? '');
  const rootClient = () => tablestoreClient(world.ports.tablestore, world.state.rootKey);

  it('every request has exactly one audit row, and nothing else has one but the vend of the start', async () => {
    const rows = await readTable(rootClient(), AUDIT.name, AUDIT.key);
    const asked = world.exchanges.map(({ requestId }) => requestId).sort();
    const own = rows.filter(({ request = '' }) => asked.includes(request));
    expect(own.map(({ request }) => request).sort()).toEqual(asked);
    const others = rows.filter((row) => !own.includes(row)).map((row) => OtherRow.parse(recordIn(row)));
    const wires = others.flatMap(({ wire }) => wire ?? []).sort();
    expect(wires).toEqual(['sts', 'sts', 'sts', 'token']);
    expect(others.filter(({ wire }) => wire === undefined)).toEqual([
      { outcome: 'granted', subject: 'alice' },
    ]);
    for (const { requestId, status } of world.exchanges) {
      const outcome = own.find(({ request }) => request === requestId)?.['outcome'];
      expect([status, outcome]).toEqual([status, status === 200 ? 'granted' : 'refused']);
    }
  });

  it('every key that was handed out is registered to its request and subject', async () => {
    const issued = await readTable(rootClient(), ISSUED.name, ISSUED.key);
    const given = world.exchanges.filter(({ status }) => status === 200).map(granted);
    expect(given.length).toBeGreaterThan(2);
    for (const { credentials, sessionName } of given) {
      const rows = issued.filter((row) => row['access_key_id'] === credentials.accessKeyId);
      const subject = sessionName.startsWith('partners.') ? PARTNER : 'alice';
      expect(rows.map(recordIn)).toMatchObject([{ subject, sessionName }]);
    }
  });

  it('no row of any table and no line of the log holds a token or a secret', async () => {
    const given = world.exchanges.filter(({ status }) => status === 200).map(granted);
    const secrets = [
      ...world.exchanges.map(({ token }) => token).filter((token) => token.length > 0),
      ...given.flatMap(({ credentials }) => [credentials.accessKeySecret, credentials.securityToken]),
    ];
    const tables = await Promise.all(TABLES.map(({ name, key }) => readTable(rootClient(), name, key)));
    // login makes its keys with the first request that it gets, which may be one of the start.
    const mayBeEmpty = TABLES.filter(({ name }, i) => tables[i]?.length === 0 && name !== LOGIN_KEYS.name);
    // No person has signed on, at the portal or from a machine without a browser. The sweep ended where it began. No
    // connection names metadata.
    expect(mayBeEmpty.map(({ name }) => name)).toEqual([
      'people',
      'devices',
      'sweep',
      'client_secrets',
      'leavers',
      'idp_metadata',
      'directory',
    ]);
    const kept = `${JSON.stringify(tables)}${world.log()}${world.npm.output()}${world.npm.errors()}`;
    expect(kept).toContain('alice-own-prefix');
    expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
  });
});
