// The SCIM server by the requests of Entra ID and of Okta, in the forms that their documentation shows, and what becomes of them:
// the answers, the audit rows, who is a leaver, and the groups in session tokens.
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { withDirectoryGroups } from '../../functions/login/request/directory-groups.ts';
import { beginSession, newSessionId } from '../../functions/login/sessions/begin-session.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { linkName } from '../../shared/kernel/person-link.ts';
import { hasLeft } from '../../shared/people/leaver.ts';
import { MAX_TOKEN_CHARACTERS } from '../../shared/pipeline/authenticate/read-proof.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { must } from '../contract/must.ts';
import { PORTAL, SESSION_COOKIE } from '../support/login-app.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import {
  DIRECTORIES,
  ENTERPRISE_URN,
  GROUP_URN,
  type Scim,
  scimGroup,
  scimPatch,
  scimUser,
  startScim,
  USER_URN,
} from '../support/scim.ts';
import { connectionTo, signOnAs } from '../support/sign-on.ts';

let scim: Scim;
beforeEach(async () => {
  scim = await startScim();
});

const ask = (...request: Parameters<Scim['ask']>) => scim.ask(...request);
const list = (type: string, filter: string, more = '') =>
  ask('GET', `/${type}?filter=${encodeURIComponent(filter)}${more}`);
const made = async (type: string, body: object): Promise<string> => {
  const created = await ask('POST', `/${type}`, body);
  expect(created.status).toBe(201);
  return created.body.id;
};
const actions = () => scim.login.auditLog.events.map(({ action, outcome }) => [action, outcome]);
const isLeaver = async (link: string): Promise<boolean> =>
  must(await scim.login.deps.leavers.find([linkName(link)])).some(hasLeft);
const members = async (group: string) => {
  const { body } = await ask('GET', `/Groups/${group}`);
  return ((body['members'] ?? []) as { value: string }[]).map(({ value }) => value).sort();
};

/** The groups in a session token that is signed now. */
const groupsOf = async (person: string, groups: string[] = [], connection = 'corporate') => {
  const { deps, state } = scim.login;
  const session = {
    connection: ConnectionId.parse(connection),
    subject: person,
    person,
    groups,
    claims: {},
    methods: [],
    id: newSessionId(),
  };
  const held = await withDirectoryGroups(session, state.signOn, deps.clock.now(), deps);
  return held.ok ? held.value.groups : held.error.reason;
};

describe('Entra ID', () => {
  const USER = {
    schemas: [USER_URN, ENTERPRISE_URN],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    userName: 'Test_User_1@example.com',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'Test_User_1@example.com' }],
    meta: { resourceType: 'User' },
    name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
    roles: [],
    [ENTERPRISE_URN]: { department: 'bob', manager: { value: 'unknown' } },
  };

  it('asks for the person, and makes one', async () => {
    expect(await list('Users', 'userName eq "Test_User_1@example.com"')).toMatchObject({
      status: 200,
      body: { totalResults: 0, itemsPerPage: 0, Resources: [] },
    });
    const created = await ask('POST', '/Users', USER);
    expect(created).toMatchObject({
      status: 201,
      etag: 'W/"2"',
      body: { userName: USER.userName, emails: USER.emails },
    });
    expect(created.headers.get('location')).toBe(`${scim.base}/Users/${created.body.id}`);
    expect(created.body['meta']).toMatchObject({ resourceType: 'User', version: 'W/"2"' });
    for (const filter of [
      'userName eq "test_user_1@EXAMPLE.com"',
      `externalId eq "${USER.externalId}"`,
      `id eq "${created.body.id}" and active eq true`,
      'userName eq "nobody" or emails[type eq "work" and value eq "Test_User_1@example.com"]',
    ])
      expect((await list('Users', filter)).body).toMatchObject({
        totalResults: 1,
        Resources: [created.body],
      });
    expect(scim.login.auditLog.events).toMatchObject([
      {
        action: 'directory-user-added',
        directory: 'staff-directory',
        client: 'entra',
        resource: `user/${created.body.id}`,
        aboutSubject: USER.userName,
        outcome: 'granted',
      },
    ]);
  });

  it('changes values by paths with filters, adds what is missing, and writes booleans as text', async () => {
    const id = await made('Users', USER);
    const changed = await ask(
      'PATCH',
      `/Users/${id}`,
      scimPatch(
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updated@example.com' },
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555' },
        { op: 'Replace', path: 'name.familyName', value: 'updated' },
        { op: 'Add', path: `${ENTERPRISE_URN}:department`, value: 'sales' },
        { op: 'Replace', path: 'active', value: 'True' },
      ),
    );
    expect(changed).toMatchObject({
      status: 200,
      body: {
        emails: [{ primary: true, type: 'work', value: 'updated@example.com' }],
        phoneNumbers: [{ type: 'mobile', value: '+1 555' }],
        name: { familyName: 'updated', givenName: 'givenName' },
        [ENTERPRISE_URN]: { department: 'sales' },
        active: true,
      },
    });
    const pathless = {
      op: 'replace',
      value: { displayName: 'New', 'name.givenName': 'Alice', [`${ENTERPRISE_URN}:division`]: 'x' },
    };
    expect((await ask('PATCH', `/Users/${id}`, scimPatch(pathless))).body).toMatchObject({
      displayName: 'New',
      name: { givenName: 'Alice', familyName: 'updated' },
      [ENTERPRISE_URN]: { department: 'sales', division: 'x' },
    });
  });

  it('deactivates a person, who is a leaver before the answer, and activates the person again', async () => {
    const id = await made('Users', USER);
    expect(await isLeaver(USER.externalId)).toBe(false);
    const out = await ask(
      'PATCH',
      `/Users/${id}`,
      scimPatch({ op: 'Replace', path: 'active', value: 'False' }),
    );
    expect(out).toMatchObject({ status: 200, body: { active: false } });
    expect(await isLeaver(USER.externalId)).toBe(true);
    expect(await groupsOf(USER.externalId)).toBe('person-left');
    await ask('PATCH', `/Users/${id}`, scimPatch({ op: 'Replace', path: 'active', value: 'True' }));
    expect(await isLeaver(USER.externalId)).toBe(false);
    expect(actions()).toEqual([
      ['directory-user-added', 'granted'],
      ['directory-user-deactivated', 'granted'],
      ['directory-user-reactivated', 'granted'],
    ]);
  });

  it('replaces a value that there never was, beside a deactivation', async () => {
    const id = await made('Users', USER);
    const changed = await ask(
      'PATCH',
      `/Users/${id}`,
      scimPatch(
        { op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '+1 555' },
        { op: 'Replace', path: 'active', value: 'False' },
      ),
    );
    expect(changed.body).toMatchObject({ phoneNumbers: [{ type: 'work', value: '+1 555' }], active: false });
    expect(await isLeaver(USER.externalId)).toBe(true);
  });

  it('names the manager without an object, or in a list of one', async () => {
    const id = await made('Users', { ...USER, [ENTERPRISE_URN]: { manager: 'grace' } });
    const path = `${ENTERPRISE_URN}:manager`;
    for (const [value, manager] of [
      ['ada', 'ada'],
      [[{ $ref: null, value: 'joan' }], 'joan'],
    ] as const)
      expect(
        (await ask('PATCH', `/Users/${id}`, scimPatch({ op: 'Add', path, value }))).body[ENTERPRISE_URN],
      ).toMatchObject({ manager: { value: manager } });
  });

  it('keeps groups: without members at first, then one by one, and takes members out by their value', async () => {
    const [alice, bob] = [await made('Users', scimUser('alice')), await made('Users', scimUser('bob'))];
    const group = await made('Groups', {
      schemas: [GROUP_URN],
      externalId: '8aa1a0c0',
      displayName: 'platform',
    });
    const found = await list('Groups', 'displayName eq "platform"', '&excludedAttributes=members');
    expect(found.body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: group, displayName: 'platform' }],
    });
    const add = { op: 'Add', path: 'members', value: [{ value: alice }, { value: bob }] };
    expect((await ask('PATCH', `/Groups/${group}`, scimPatch(add))).status).toBe(204);
    expect(await members(group)).toEqual([alice, bob].sort());
    expect((await list('Groups', `id eq "${group}" and members eq "${bob}"`)).body['totalResults']).toBe(1);
    const remove = { op: 'Remove', path: 'members', value: [{ value: bob }] };
    await ask('PATCH', `/Groups/${group}`, scimPatch(remove));
    await ask('PATCH', `/Groups/${group}`, scimPatch({ ...remove, value: [] }));
    expect(await members(group)).toEqual([alice]);
    expect((await list('Groups', `members[value eq "${bob}"]`)).body['totalResults']).toBe(0);
    await ask(
      'PATCH',
      `/Groups/${group}`,
      scimPatch({ op: 'Replace', path: 'displayName', value: 'platform 2' }),
    );
    expect(await groupsOf('oid-alice', ['own'])).toEqual(['own', 'platform 2']);
    expect(
      scim.login.auditLog.events
        .filter(({ members: changed }) => changed)
        .map(({ members: changed }) => changed),
    ).toEqual(['+2', '-1']);
  });
});

describe('Okta', () => {
  const USER = {
    schemas: [USER_URN],
    userName: 'test.user@okta.local',
    name: { givenName: 'Test', familyName: 'User' },
    emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
    displayName: 'Test User',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    password: '1mz050nq',
    active: true,
  };

  it('makes a person, whose password is kept nowhere', async () => {
    const created = await ask('POST', '/Users', USER);
    expect(created.body).not.toHaveProperty('password');
    expect(JSON.stringify(scim.login.rows.rows({ name: 'directory', key: [] }))).not.toContain(USER.password);
  });

  it('deactivates by PATCH without a path, and by PUT of everything that it read', async () => {
    const id = await made('Users', USER);
    await ask('PATCH', `/Users/${id}`, scimPatch({ op: 'replace', value: { active: false } }));
    expect(await isLeaver(USER.externalId)).toBe(true);
    scim.login.clock.advance(61_000);
    const read = await ask('GET', `/Users/${id}`);
    expect((await ask('PUT', `/Users/${id}`, { ...read.body, active: true })).body['active']).toBe(true);
    expect(await isLeaver(USER.externalId)).toBe(false);
    expect((await ask('PUT', `/Users/${id}`, { ...USER, active: false })).body['active']).toBe(false);
    expect(await isLeaver(USER.externalId)).toBe(true);
  });

  it('keeps the link of a person by a PUT that lacks it, as it lacks much else', async () => {
    const id = await made('Users', USER);
    const { userName, name } = USER;
    const renamed = { schemas: [USER_URN], id, userName, name, active: true, groups: [] };
    expect((await ask('PUT', `/Users/${id}`, renamed)).body).toMatchObject({ externalId: USER.externalId });
    expect(await isLeaver(USER.externalId)).toBe(false);
  });

  it('pages through people, and pushes groups by PUT', async () => {
    const ids: string[] = [];
    for (const name of ['alice', 'bob', 'carol']) ids.push(await made('Users', scimUser(name)));
    const first = await ask('GET', '/Users?startIndex=1&count=2');
    const second = await ask('GET', '/Users?startIndex=3&count=2');
    expect([first.body['totalResults'], first.body['itemsPerPage'], second.body['itemsPerPage']]).toEqual([
      3, 2, 1,
    ]);
    const listed = [first, second].flatMap(({ body }) =>
      (body['Resources'] as { id: string }[]).map(({ id }) => id),
    );
    expect(listed.sort()).toEqual(ids.sort());
    const group = await made('Groups', scimGroup('team', ids.slice(0, 2)));
    const put = await ask('PUT', `/Groups/${group}`, { ...scimGroup('team', ids.slice(1)), id: group });
    expect([put.status, await members(group)]).toEqual([200, ids.slice(1).sort()]);
    const remove = { op: 'remove', path: `members[value eq "${ids[1]}"]` };
    await ask(
      'PATCH',
      `/Groups/${group}`,
      scimPatch(remove, { op: 'add', path: 'members', value: [{ value: ids[0], display: 'a' }] }),
    );
    expect(await members(group)).toEqual([ids[0], ids[2]].sort());
    await ask(
      'PATCH',
      `/Groups/${group}`,
      scimPatch({ op: 'replace', value: { id: group, displayName: 'team b' } }),
    );
    expect((await ask('GET', `/Groups/${group}?attributes=displayName`)).body).toEqual({
      schemas: [GROUP_URN],
      id: group,
      displayName: 'team b',
    });
  });

  it('deletes people and groups', async () => {
    const id = await made('Users', USER);
    const group = await made('Groups', scimGroup('team', [id]));
    expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204);
    expect([(await ask('GET', `/Users/${id}`)).status, await members(group)]).toEqual([404, []]);
    expect(await isLeaver(USER.externalId)).toBe(true);
    expect((await ask('DELETE', `/Groups/${group}`)).status).toBe(204);
    expect((await ask('DELETE', `/Groups/${group}`)).status).toBe(404);
    expect(scim.login.rows.rows({ name: 'directory', key: [] })).toEqual([]);
  });
});

describe('the groups of a session token', () => {
  it('are those of the directory now, at the connections that it names alone', async () => {
    const alice = await made('Users', scimUser('alice'));
    const group = await made('Groups', scimGroup('platform', [alice]));
    expect(await groupsOf('oid-alice', ['platform', 'own'])).toEqual(['platform', 'own']);
    expect(await groupsOf('oid-alice', [], 'another')).toEqual([]);
    expect(await groupsOf('oid-nobody')).toEqual([]);
    await ask('PATCH', `/Groups/${group}`, scimPatch({ op: 'remove', path: `members[value eq "${alice}"]` }));
    expect(await groupsOf('oid-alice')).toEqual([]);
  });

  it('are in the tokens that the portal shows to vend, until the person leaves', async () => {
    const { deps, state, app, asked } = scim.login;
    const signedOn = {
      connection: ConnectionId.parse('corporate'),
      subject: 'a',
      person: 'oid-alice',
      said: { oid: 'oid-alice' },
      groups: ['own'],
      claims: {},
      methods: [],
    };
    const details = {
      browser: 'Firefox',
      now: deps.clock.now(),
      limits: state.signOn.sessions,
      leaverGenerations: [0, 0],
    };
    const { handle } = must(await beginSession(signedOn, details, deps.sessions));
    const cookie = `${SESSION_COOKIE}=${[handle.person, handle.id, handle.family, handle.secret].join('.')}`;
    const open = () => app.request(`${PORTAL}/portal`, { headers: { cookie } });
    const groups = () => decodeJwt(asked.at(-1)?.token ?? '')['groups'];
    const alice = await made('Users', scimUser('alice'));
    const group = await made('Groups', scimGroup('platform', [alice]));
    expect([(await open()).status, groups()]).toEqual([200, ['own', 'platform']]);
    await ask('PATCH', `/Groups/${group}`, scimPatch({ op: 'remove', path: 'members' }));
    expect([(await open()).status, groups()]).toEqual([200, ['own']]);
    await ask('PATCH', `/Users/${alice}`, scimPatch({ op: 'replace', path: 'active', value: false }));
    const calls = asked.length;
    expect([await (await open()).text(), asked.length]).toEqual([
      expect.stringContaining('Continue with Example Corp'),
      calls,
    ]);
  });

  it('are those that the rules let count, and no block is one of them', async () => {
    const alice = await made('Users', scimUser('alice'));
    for (const name of ['aws-1', 'stint-1', 'stint-2']) await made('Groups', scimGroup(name, [alice]));
    const { state } = scim.login;
    const [directory] = state.signOn.directories;
    if (!directory) throw new Error('no directory');
    state.signOn = { ...state.signOn, directories: [{ ...directory, groups: { prefix: 'stint-' } }] };
    expect([...(await groupsOf('oid-alice'))].sort()).toEqual(['stint-1', 'stint-2']);
    for (let i = 0; i < 40; i += 1)
      await made('Groups', scimGroup(`stint-${String(i).padStart(490, 'x')}`, [alice]));
    expect(await groupsOf('oid-alice')).toBe('claims-too-large');
  });

  it('count at a sign-in, which keeps room for what the session comes to say', async () => {
    const provider = await startOpenIdProvider();
    const connections = [connectionTo(provider, { person: { claim: 'oid' } })];
    scim = await startScim({ connections });
    scim.login.state.signOn = SignOn.parse({ connections, directories: DIRECTORIES });
    const alice = await made('Users', scimUser('alice'));
    const own = Array.from({ length: 27 }, (_, i) => String(i).padStart(500, 'g'));
    const signOn = async () =>
      (await signOnAs(scim.login, provider, { oid: 'oid-alice', groups: own })).page.status;
    await made('Groups', scimGroup('x'.repeat(300), [alice]));
    expect(await signOn()).toBe(303);
    await made('Groups', scimGroup('y'.repeat(347), [alice]));
    expect(await signOn()).toBe(403);
    const { reason, cause } = scim.login.auditLog.events.at(-1) ?? {};
    expect(reason).toBe('claims-too-large');
    // vend would take such a token, but not that of a session that has more to say.
    expect(Number(cause?.match(/(\d+) characters/)?.[1])).toBeLessThan(MAX_TOKEN_CHARACTERS - 100);
  });
});

describe('an answer', () => {
  it('has an ETag, by which a client knows what it has and changes what it read', async () => {
    const created = await ask('POST', '/Users', scimUser('alice'));
    const path = `/Users/${created.body.id}`;
    expect((await ask('GET', path, undefined, { 'if-none-match': created.etag })).status).toBe(304);
    const first = await ask('PATCH', path, scimPatch({ op: 'add', path: 'title', value: 'a' }), {
      'if-match': created.etag,
    });
    expect([first.status, first.etag]).toEqual([200, 'W/"3"']);
    expect((await ask('PUT', path, first.body, { 'if-match': first.etag })).etag).toBe(first.etag);
    expect((await ask('DELETE', path, undefined, { 'if-match': created.etag })).status).toBe(412);
  });

  it('says in the words of SCIM what is wrong', async () => {
    await made('Users', scimUser('alice'));
    const wrong: readonly [string, string, unknown, number, string | undefined][] = [
      ['POST', '/Users', scimUser('ALICE'), 409, 'uniqueness'],
      ['POST', '/Users', scimUser('bob', { externalId: 'oid-alice' }), 409, 'uniqueness'],
      ['POST', '/Users', { schemas: [USER_URN] }, 400, 'invalidValue'],
      ['POST', '/Users', scimUser('bob', { active: 'maybe' }), 400, 'invalidValue'],
      ['POST', '/Users', '{', 400, 'invalidSyntax'],
      ['POST', '/Users', '{"userName":"a","userName":"b"}', 400, 'invalidSyntax'],
      ['GET', '/Users?filter=userName', undefined, 400, 'invalidFilter'],
      ['GET', '/Users?startIndex=x', undefined, 400, 'invalidValue'],
      ['POST', '/Bulk', {}, 501, undefined],
      ['PUT', '/Users', {}, 405, undefined],
      ['GET', '/Nothing', undefined, 404, undefined],
    ];
    for (const [method, path, body, status, scimType] of wrong) {
      const refused = await ask(method, path, body);
      expect([path, refused.status, refused.body['status'], refused.body['scimType']]).toEqual([
        path,
        status,
        String(status),
        scimType,
      ]);
      expect(refused.body['schemas']).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
    }
    expect((await ask('POST', '/Users', scimUser('bob'), { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('to a search is the same as to a list, of one type or of all', async () => {
    const id = await made('Users', scimUser('alice'));
    const group = await made('Groups', scimGroup('team', [id]));
    const body = { filter: 'userName eq "alice"', attributes: ['userName'], count: 10 };
    const found = await ask('POST', '/Users/.search', body);
    expect(found.body['Resources']).toEqual([{ schemas: [USER_URN], id, userName: 'alice' }]);
    expect((await ask('POST', '/.search', { attributes: ['id'] })).body).toMatchObject({
      totalResults: 2,
      Resources: [{ id }, { id: group }],
    });
    expect((await ask('POST', '/.search', body)).body['totalResults']).toBe(1);
  });

  it('without a row of the audit trail is a refusal, and nothing has changed', async () => {
    const alice = await made('Users', scimUser('alice'));
    scim.login.auditLog.recordFault = { reason: 'store-failed', cause: 'down' };
    expect((await ask('POST', '/Users', scimUser('bob'))).status).toBe(503);
    const patch = scimPatch({ op: 'replace', path: 'active', value: false });
    expect((await ask('PATCH', `/Users/${alice}`, patch)).status).toBe(503);
    scim.login.auditLog.recordFault = undefined;
    expect((await ask('GET', '/Users')).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: alice, active: true }],
    });
    expect(await isLeaver('oid-alice')).toBe(false);
    expect((await ask('POST', '/Users', scimUser('bob'))).status).toBe(201);
  });
});
