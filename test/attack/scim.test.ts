// Against the SCIM server: filters and paths as injections, long bodies, members from elsewhere, two provisioners at one time,
// replays of old versions, tokens of other directories, and requests that are cut short. Nothing is lost, and no one comes back by
// accident.
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { withDirectoryGroups } from '../../functions/login/request/directory-groups.ts';
import { newSessionId } from '../../functions/login/sessions/begin-session.ts';
import { checkLeaver } from '../../functions/login/sessions/check-leaver.ts';
import { revokeScimToken } from '../../shared/adapters/tablestore/scim-token-rows.ts';
import { DIRECTORY } from '../../shared/adapters/tablestore/tables.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { linkName } from '../../shared/kernel/person-link.ts';
import { leaverState } from '../../shared/people/leaver.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { must } from '../contract/must.ts';
import { blocksOf } from '../support/builders.ts';
import type { Operation } from '../support/fake-rows.ts';
import { PORTAL } from '../support/login-app.ts';
import {
  DIRECTORIES,
  GROUP_URN,
  makeScimToken,
  SCIM_CONNECTION,
  type Scim,
  scimGroup,
  scimPatch,
  scimUser,
  startScim,
  USER_URN,
} from '../support/scim.ts';

let scim: Scim;
let alice: string;
beforeEach(async () => {
  scim = await startScim();
  alice = (await ask('POST', '/Users', scimUser('alice'))).body.id;
});

const ask = (...request: Parameters<Scim['ask']>) => scim.ask(...request);
const rows = () => JSON.stringify(scim.login.rows.rows(DIRECTORY));
const OUT = scimPatch({ op: 'replace', path: 'active', value: false });
const IN = scimPatch({ op: 'replace', path: 'active', value: true });

const stateOf = async (link: string) => {
  const names = [linkName(link)];
  return leaverState(names, must(await scim.login.deps.leavers.find(names)));
};
const person = (link: string) => ({
  connection: ConnectionId.parse('corporate'),
  subject: link,
  person: link,
});
/** What a session token that is signed now has, or why none is signed. */
const tokenGroups = async (link: string) => {
  const { deps, state } = scim.login;
  const session = { ...person(link), groups: [], claims: {}, methods: [], id: newSessionId() };
  const held = await withDirectoryGroups(session, state.signOn, deps.clock.now(), deps);
  return held.ok ? held.value.groups : held.error.reason;
};
/** From now on the operation fails, after `after` calls that do not; the row is then as a crash would leave it. */
const failAt = (operation: Operation, after: number) => {
  let calls = 0;
  scim.login.rows.intercept = (one) => {
    if (one === operation) calls += 1;
    return one === operation && calls > after
      ? { code: 'OTSServerUnavailable', requestId: undefined }
      : undefined;
  };
};
const recover = () => {
  scim.login.rows.intercept = () => undefined;
};

describe('a filter', () => {
  it.each([
    'userName eq "x" or 1 eq 1',
    'userName eq "x") or (userName pr',
    "userName eq 'alice'",
    'userName eq "x"; drop table directory',
    'userName eq "x\\"',
    'password pr',
    '__proto__ pr',
    'constructor.name pr',
    'values.userName pr',
    'names co "alice"',
    'deactivatedAt pr',
    'groups.value pr',
    'userName eq "alice" and groups.value eq "x"',
    'externalId eq "oid-alice" and not (groups pr)',
    'active gt true',
    'name eq "alice"',
    `${'('.repeat(40)}userName pr${')'.repeat(40)}`,
    Array.from({ length: 30 }, () => 'userName pr').join(' or '),
    `userName eq "${'x'.repeat(4_000)}"`,
    'userName',
    '[',
    '""',
  ])('is refused: %s', async (filter) => {
    const refused = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect([refused.status, refused.body['scimType']]).toEqual([400, 'invalidFilter']);
    expect(refused.body).not.toHaveProperty('Resources');
  });

  it('finds the text that it asks for and no other', async () => {
    for (const name of ['" or userName pr or userName eq "', '%', '*', 'a\\', '${userName}']) {
      const quoted = JSON.stringify(name);
      const found = await ask('GET', `/Users?filter=${encodeURIComponent(`userName eq ${quoted}`)}`);
      expect(found.body).toMatchObject({ totalResults: 0, Resources: [] });
    }
  });
});

describe('a list of attributes', () => {
  /**
   * @attack A million names in `attributes`, each looked up for each resource of a page, until one request keeps an instance busy for
   *   minutes
   * @removed the limit on the length of the list
   * @failed 1 of 72: is refused where it is longer than all names together: `expected [ 200, undefined ] to deeply equal [ 400,
   *   'invalidValue' ]`
   */
  it('is refused where it is longer than all names together', async () => {
    const [many, list] = ['userName,'.repeat(1_000), Array.from({ length: 1_000 }, () => 'userName')];
    for (const type of ['/Users', '/Groups', ''])
      for (const query of [{ attributes: many }, { attributes: list }, { excludedAttributes: list }]) {
        const refused = await ask('POST', `${type}/.search`, query);
        expect([refused.status, refused.body['scimType']]).toEqual([400, 'invalidValue']);
      }
    const read = await ask('GET', `/Users/${alice}?attributes=${many}`);
    expect([read.status, read.body['scimType']]).toEqual([400, 'invalidValue']);
  });
});

describe('a body', () => {
  /**
   * @attack A SCIM body of 10 MB, by a client and by a stranger
   * @removed the limit of the body
   * @failed 1 of 64: of 10 MB is refused, and that of a stranger is not read: `expected [ 400, …(1) ] to deeply
   *   equal [ 413, …(1) ]`
   */
  it('of 10 MB is refused, and that of a stranger is not read', async () => {
    const huge = JSON.stringify(scimUser('bob', { displayName: 'x'.repeat(10_000_000) }));
    const refused = await ask('POST', '/Users', huge);
    expect([refused.status, refused.body['schemas']]).toEqual([
      413,
      ['urn:ietf:params:scim:api:messages:2.0:Error'],
    ]);
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(65_536));
        if (pulled > 200) controller.close();
      },
    });
    const init = { method: 'POST', headers: { authorization: 'Bearer x' }, body, duplex: 'half' };
    const stranger = await scim.login.app.request(new Request(`${scim.base}/Users`, init as RequestInit));
    expect([stranger.status, pulled < 10]).toEqual([401, true]);
  });

  const many = <T>(count: number, one: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => one(i));
  const NICK = { op: 'replace', path: 'nickName', value: 'x' };
  const NAMES = Object.fromEntries(many(1_001, (i) => [`name${i}`, 'x']));
  const TOO_MANY: Readonly<Record<string, () => Parameters<typeof ask>>> = {
    values: () => ['POST', '/Users', `{"userName":"bob","x":[${'1,'.repeat(250_000)}1]}`],
    operations: () => ['PATCH', `/Users/${alice}`, scimPatch(...many(1_001, () => NICK))],
    'names in one operation': () => ['PATCH', `/Users/${alice}`, scimPatch({ op: 'add', value: NAMES })],
    members: () => ['POST', '/Groups', { ...scimGroup('all'), members: many(50_001, () => alice) }],
  };

  /**
   * @attack Within the limit of bytes: more values, operations or members than any directory sends
   * @removed each limit of a number, one at a time
   * @failed 1 of 75 each: of too many values is refused: `expected 201 to be 400`
   */
  it.each(Object.entries(TOO_MANY))('of too many %s is refused', async (_, request) => {
    expect((await ask(...request())).status).toBe(400);
  });

  it.each([
    '{"userName":"a","\\u0075serName":"b"}',
    '{"__proto__":{"active":true},"userName":"a"}',
    `{"userName":"a","x":${'['.repeat(50)}${']'.repeat(50)}}`,
    '{"userName":"a"',
    '[]',
    '"a"',
    'null',
    '',
  ])('that is not one unambiguous object is refused: %s', async (body) => {
    const before = rows();
    expect((await ask('POST', '/Users', body)).status).toBe(400);
    expect((await ask('PATCH', `/Users/${alice}`, body)).status).toBe(400);
    expect(rows()).toBe(before);
  });
});

describe('a path of a PATCH', () => {
  it.each([
    'nothing',
    '__proto__',
    'constructor',
    'constructor.prototype',
    'name.nothing',
    'userName.value',
    'emails[type eq "work"',
    'emails[nothing eq "x"].value',
    'emails[type eq "work"].nothing',
    'emails[type eq "work"].value.more',
    'members',
    'deactivatedAt',
    'unsettled',
    'urn:ietf:params:scim:schemas:core:2.0:Group:displayName',
    'password',
  ])('that there is not is refused, and nothing of the request is done: %s', async (path) => {
    const before = rows();
    for (const op of ['add', 'replace', 'remove']) {
      const patch = scimPatch({ op: 'replace', path: 'title', value: 'new' }, { op, path, value: 'x' });
      const refused = await ask('PATCH', `/Users/${alice}`, patch);
      expect([
        refused.status,
        ['invalidPath', 'invalidFilter'].includes(String(refused.body['scimType'])),
      ]).toEqual([400, true]);
    }
    expect(rows()).toBe(before);
  });

  /**
   * @attack A list that grows with each operation of a PATCH, until one request keeps an instance busy for minutes
   * @removed the limit on the values of a list after an operation
   * @failed 1 of 67: makes no list longer than one request may: `expected [ 200, 200, 400 ] to deeply equal [ 400, 400, 400
   *   ]`
   */
  it('makes no list longer than one request may', async () => {
    const some = (name: string) => Array.from({ length: 60 }, (_, i) => ({ value: `${name}${i}` }));
    const add = (name: string) => ({ op: 'add', path: 'emails', value: some(name) });
    await ask('PATCH', `/Users/${alice}`, scimPatch(add('a'), add('a')));
    const before = rows();
    const one = { op: 'add', path: 'emails[value eq "new"].display', value: 'x' };
    const many = Array.from({ length: 41 }, (_, i) => ({ ...one, path: one.path.replace('new', `new${i}`) }));
    const wide = Object.fromEntries(
      Array.from({ length: 501 }, (_, i) => [`emails[value eq "a${i}"].type`, 'x']),
    );
    const pathless = { op: 'add', value: wide };
    const longer = [[add('b')], many, [pathless, pathless]].map((operations) =>
      ask('PATCH', `/Users/${alice}`, scimPatch(...operations)),
    );
    expect((await Promise.all(longer)).map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(rows()).toBe(before);
  });

  /**
   * @attack Users that grow with each request, until a page of them fills the memory of an instance
   * @removed the limit on the attributes of a resource
   * @failed 1 of 79: makes no user larger than a page can hold, and lets a full one be deactivated: `expected undefined to be
   *   'invalidValue'`
   */
  it('makes no user larger than a page can hold, and lets a full one be deactivated', async () => {
    const wide = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ formatted: `${i}${'x'.repeat(990)}` }));
    const add = (n: number) => scimPatch({ op: 'add', path: 'addresses', value: wide(n) });
    const { userName, externalId } = scimUser('alice');
    const kept = { userName, externalId, addresses: wide(32), title: '' };
    const room = 32_768 - JSON.stringify(kept).length;
    expect((await ask('PATCH', `/Users/${alice}`, add(32))).status).toBe(200);
    const full = scimPatch({ op: 'add', path: 'title', value: 'x'.repeat(room) });
    expect((await ask('PATCH', `/Users/${alice}`, full)).status).toBe(200);
    const before = rows();
    for (const [method, path, body] of [
      ['PATCH', `/Users/${alice}`, add(34)],
      ['PUT', `/Users/${alice}`, scimUser('alice', { addresses: wide(34) })],
      ['POST', '/Users', scimUser('bob', { addresses: wide(34) })],
    ] as const)
      expect((await ask(method, path, body)).body['scimType']).toBe('invalidValue');
    expect(rows()).toBe(before);
    expect((await ask('PATCH', `/Users/${alice}`, OUT)).status).toBe(200);
    expect((await stateOf('oid-alice')).hasLeft).toBe(true);
  });

  it('under the URN of the schema itself does not hide that a person left', async () => {
    const hidden = { [USER_URN]: { active: false } };
    const bodies = [
      ['PATCH', scimPatch({ op: 'replace', value: hidden })],
      ['PUT', { ...scimUser('alice'), ...hidden }],
      ['PUT', { ...scimUser('alice'), [`${USER_URN}:active`]: false }],
    ] as const;
    for (const [method, body] of bodies)
      expect((await ask(method, `/Users/${alice}`, body)).body['scimType']).toBe('invalidSyntax');
  });

  it('cannot change what only Stint may', async () => {
    const before = rows();
    for (const path of ['id', 'meta', 'meta.version', 'groups'])
      expect(
        (await ask('PATCH', `/Users/${alice}`, scimPatch({ op: 'replace', path, value: 'x' }))).body[
          'scimType'
        ],
      ).toBe('mutability');
    const pathless = scimPatch({
      op: 'replace',
      value: { id: 'x', meta: { version: 'W/"9"' }, groups: [{ value: 'x' }] },
    });
    expect((await ask('PATCH', `/Users/${alice}`, pathless)).status).toBe(200);
    expect(rows()).toBe(before);
  });
});

describe('a member', () => {
  /**
   * @attack A group with a member who is no user of its directory
   * @removed the check that a member is a live user of the directory
   * @failed 1 of 64: who is no user of the directory is refused, and no one else is added: `expected [ 204, 200 ] to
   *   deeply equal [ 400, 400 ]`
   */
  it('who is no user of the directory is refused, and no one else is added', async () => {
    const { login } = scim;
    login.state.signOn = {
      ...login.state.signOn,
      directories: [
        ...login.state.signOn.directories,
        {
          id: ConnectionId.parse('other'),
          connections: [ConnectionId.parse('partner')],
          person: 'externalId',
        },
      ],
    };
    const other = scim.clientOf(
      (await makeScimToken(login.rows, { directory: 'other' })).text,
      `${PORTAL}/scim/v2/other`,
    );
    const foreign = (await other('POST', '/Users', scimUser('mallory'))).body.id;
    const group = (await ask('POST', '/Groups', scimGroup('admins', [alice]))).body.id;
    const before = rows();
    for (const value of [foreign, '00000000-0000-4000-8000-000000000000', group, 'alice', '../../x', '']) {
      const add = scimPatch({ op: 'add', path: 'members', value: [{ value: alice }, { value }] });
      const put = scimGroup('admins', [value]);
      expect([
        (await ask('PATCH', `/Groups/${group}`, add)).status,
        (await ask('PUT', `/Groups/${group}`, put)).status,
      ]).toEqual([400, 400]);
      expect((await ask('POST', '/Groups', scimGroup('new', [value]))).status).toBe(400);
    }
    for (const path of ['MEMBERS', `${GROUP_URN}:members`, `${GROUP_URN.toUpperCase()}:Members`])
      for (const operation of [{ path, value: [{ value: foreign }] }, { value: { [path]: foreign } }])
        expect((await ask('PATCH', `/Groups/${group}`, scimPatch({ op: 'add', ...operation }))).status).toBe(
          400,
        );
    expect(rows()).toBe(before);
    expect((await other('GET', `/Groups/${group}`)).status).toBe(404);
    expect((await other('DELETE', `/Users/${alice}`)).status).toBe(404);
  });
});

describe('two provisioners at one time', () => {
  const statuses = async (requests: readonly Promise<{ status: number }>[]) =>
    (await Promise.all(requests)).map(({ status }) => status).sort();

  /**
   * @attack Two provisioners that make one user, one group, or one name, at the same time
   * @removed the condition that the row of a name is absent
   * @failed 2 of 64: make one user of a name, and rename one user to it: `expected [ 201, 201, 201, 201, 201, 201, …(2)
   *   ] to deeply equal [ 201, 409, 409, 409, 409, 409, …(2) ]`
   */
  it('make one user of a name, and rename one user to it', async () => {
    const many = Array.from({ length: 8 }, (_, i) =>
      ask('POST', '/Users', scimUser('bob', { externalId: `b-${i}` })),
    );
    expect(await statuses(many)).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    const same = Array.from({ length: 8 }, (_, i) =>
      ask('POST', '/Users', scimUser(`c-${i}`, { externalId: 'c' })),
    );
    expect(await statuses(same)).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    const bob = await ask('GET', `/Users?filter=${encodeURIComponent('userName eq "bob"')}`);
    const [found] = bob.body['Resources'] as { id: string }[];
    const rename = scimPatch({ op: 'replace', path: 'userName', value: 'dora' });
    const both = [alice, found?.id].map((id) => ask('PATCH', `/Users/${id}`, rename));
    expect(await statuses(both)).toEqual([200, 409]);
    const names = (await ask('GET', '/Users?attributes=userName')).body['Resources'] as {
      userName: string;
    }[];
    expect(names.filter(({ userName }) => userName === 'dora')).toHaveLength(1);
    expect((await ask('POST', '/Users', scimUser('DORA', { externalId: 'd' }))).status).toBe(409);
  });

  it('lose no change of the other, and no member', async () => {
    const group = (await ask('POST', '/Groups', scimGroup('team'))).body.id;
    const ids = await Promise.all(
      Array.from({ length: 6 }, async (_, i) => (await ask('POST', '/Users', scimUser(`u${i}`))).body.id),
    );
    const adds = ids.map((value) =>
      ask('PATCH', `/Groups/${group}`, scimPatch({ op: 'add', path: 'members', value: [{ value }] })),
    );
    const titles = ['title', 'nickName', 'locale'].map((path) =>
      ask('PATCH', `/Users/${alice}`, scimPatch({ op: 'add', path, value: path })),
    );
    expect(new Set(await statuses([...adds, ...titles]))).toEqual(new Set([200, 204]));
    const { body } = await ask('GET', `/Groups/${group}`);
    expect((body['members'] as { value: string }[]).map(({ value }) => value).sort()).toEqual(
      [...ids].sort(),
    );
    expect((await ask('GET', `/Users/${alice}`)).body).toMatchObject({
      title: 'title',
      nickName: 'nickName',
      locale: 'locale',
    });
  });

  /**
   * @attack Two lists of members at the same time, mixed into one that no provider sent
   * @removed the lock of a group
   * @failed 2 of 64: leave one of two lists of members, and no mixture: `expected [ …(4) ] to deeply equal [ …(2) ]`
   */
  it('leave one of two lists of members, and no mixture', async () => {
    const ids = await Promise.all(
      Array.from({ length: 4 }, async (_, i) => (await ask('POST', '/Users', scimUser(`u${i}`))).body.id),
    );
    const [one, two] = [ids.slice(0, 2).sort(), ids.slice(2).sort()];
    const group = (await ask('POST', '/Groups', scimGroup('team'))).body.id;
    const { directories } = scim.login.deps;
    const { addMembers } = directories;
    let other: Promise<unknown> = Promise.resolve();
    Object.assign(directories, {
      addMembers: async (...change: Parameters<typeof addMembers>) => {
        Object.assign(directories, { addMembers });
        // Another client, after this one has read who is in the group; it has all the turns that it needs, if it takes any.
        other = ask('PUT', `/Groups/${group}`, scimGroup('team', two));
        for (let turn = 0; turn < 500; turn += 1) await setImmediate();
        return addMembers(...change);
      },
    });
    await ask('PUT', `/Groups/${group}`, scimGroup('team', one));
    await other;
    const { body } = await ask('GET', `/Groups/${group}`);
    expect((body['members'] as { value: string }[]).map(({ value }) => value).sort()).toEqual(two);
  });

  /**
   * @attack Two provisioners of which one deactivates a person whom the other activates
   * @removed the condition that the user has not changed since its leaver was written
   * @failed 1 of 64: leave a person out whom the directory says is out: `expected [ false, false ] to deeply equal [
   *   false, true ]`
   */
  it('leave a person out whom the directory says is out', async () => {
    await ask('PATCH', `/Users/${alice}`, OUT);
    const { leavers } = scim.login.deps;
    const { reinstate } = leavers;
    Object.assign(leavers, {
      reinstate: async (...change: Parameters<typeof reinstate>) => {
        Object.assign(leavers, { reinstate });
        // Another client, between the row of the user and the row of the leaver.
        expect((await ask('PATCH', `/Users/${alice}`, OUT)).status).toBe(200);
        return reinstate(...change);
      },
    });
    await ask('PATCH', `/Users/${alice}`, IN);
    const { body } = await ask('GET', `/Users/${alice}`);
    expect([body['active'], (await stateOf('oid-alice')).hasLeft]).toEqual([false, true]);
  });
});

describe('a person who left', () => {
  /**
   * @attack Replay of an old PUT or of an old ETag, which would bring a person back who left
   * @removed the refusal of a PUT without If-Match in the minute after (If-Match; what was said last, where a request
   *   is silent)
   * @failed 1 of 64 (1; 1): does not come back by an old PUT, an old ETag, or a request that does not say so: `expected
   *   200 to be 412`
   */
  it('does not come back by an old PUT, an old ETag, or a request that does not say so', async () => {
    const old = await ask('GET', `/Users/${alice}`);
    const { active: _, ...silent } = old.body;
    await ask('PATCH', `/Users/${alice}`, OUT);
    for (const [method, body, headers] of [
      ['PUT', old.body, {}],
      ['PUT', old.body, { 'if-match': old.etag }],
      ['PATCH', IN, { 'if-match': old.etag }],
      ['PATCH', IN, { 'if-match': 'W/"1", "2"' }],
    ] as const)
      expect((await ask(method, `/Users/${alice}`, body, headers)).status).toBe(412);
    scim.login.clock.advance(3_600_000);
    expect((await ask('PUT', `/Users/${alice}`, silent)).body['active']).toBe(false);
    for (const operation of [
      { op: 'remove', path: 'active' },
      { op: 'replace', path: 'title', value: 'x' },
      { op: 'replace', value: { displayName: 'x' } },
    ])
      await ask('PATCH', `/Users/${alice}`, scimPatch(operation));
    expect((await stateOf('oid-alice')).hasLeft).toBe(true);
    expect(await tokenGroups('oid-alice')).toBe('person-left');
  });

  it('does not come back by a user that is made anew without saying so, or that takes over the link', async () => {
    await ask('DELETE', `/Users/${alice}`);
    const { active: _, ...silent } = scimUser('alice');
    const again = await ask('POST', '/Users', silent);
    expect(again.body['active']).toBe(false);
    await ask('DELETE', `/Users/${again.body.id}`);
    const bob = (await ask('POST', '/Users', scimUser('bob'))).body.id;
    await ask('PATCH', `/Users/${bob}`, scimPatch({ op: 'replace', path: 'externalId', value: 'oid-alice' }));
    expect([(await stateOf('oid-alice')).hasLeft, (await stateOf('oid-bob')).hasLeft]).toEqual([true, true]);
  });

  it('has no session of before, once a user is made anew with active: true', async () => {
    const signedOn = { ...person('oid-alice'), leaverGenerations: [0, 0] };
    await ask('DELETE', `/Users/${alice}`);
    expect((await ask('POST', '/Users', scimUser('alice'))).status).toBe(201);
    expect((await stateOf('oid-alice')).hasLeft).toBe(false);
    expect(must(await checkLeaver(signedOn, scim.login.deps.leavers))).toBe('signed-on-before-leaving');
  });

  it('stays out as an operator says, whatever a directory says', async () => {
    const leave = { source: 'operator', by: 'ada', reason: 'x', at: scim.login.clock.now() } as const;
    must(await scim.login.deps.leavers.mark(linkName('oid-alice'), leave));
    await ask('PATCH', `/Users/${alice}`, OUT);
    await ask('PATCH', `/Users/${alice}`, IN);
    expect((await stateOf('oid-alice')).hasLeft).toBe(true);
  });

  it('has a link that the table of leavers can hold', async () => {
    for (const externalId of ['x'.repeat(600), 'oid-alice\u200b', 'a\nb'])
      expect((await ask('POST', '/Users', scimUser('bob', { externalId }))).body['scimType']).toBe(
        'invalidValue',
      );
  });

  it('cannot be kept in under another link', async () => {
    await ask('PATCH', `/Users/${alice}`, scimPatch({ op: 'replace', path: 'externalId', value: 'other' }));
    expect((await stateOf('oid-alice')).hasLeft).toBe(true);
  });
});

describe('a request that is cut short', () => {
  /**
   * @attack A deactivation that is cut short before the person is marked as a leaver
   * @removed the look at a user before a reading is answered (the look at the directory when a token is signed)
   * @failed 1 of 64 (2): leaves a person out at the connections of the directory, and the next reading marks the leaver:
   *   `expected false to be true`
   */
  it('leaves a person out at the connections of the directory, and the next reading marks the leaver', async () => {
    // The row of the user is the first conditional write, the leaver's the second.
    failAt('putRowIf', 1);
    expect((await ask('PATCH', `/Users/${alice}`, OUT)).status).toBe(503);
    recover();
    expect((await stateOf('oid-alice')).hasLeft).toBe(false);
    expect(await tokenGroups('oid-alice')).toBe('person-left');
    await ask('GET', `/Users/${alice}`);
    expect((await stateOf('oid-alice')).hasLeft).toBe(true);
  });

  /**
   * @attack A deactivation that is cut short, and whose client finds `active: false` in a list and asks no more
   * @removed the look at the users of a list before it is answered
   * @failed 1 of 71: is finished by a list, too: `expected false to be true`
   */
  it('is finished by a list, too', async () => {
    failAt('putRowIf', 1);
    expect((await ask('PATCH', `/Users/${alice}`, OUT)).status).toBe(503);
    recover();
    const filter = encodeURIComponent('userName eq "alice"');
    const [found] = (await ask('GET', `/Users?filter=${filter}`)).body['Resources'] as object[];
    expect(found).toMatchObject({ active: false });
    expect((await stateOf('oid-alice')).hasLeft).toBe(true);
  });

  it('is not taken for settled by a user whose name has other letters', async () => {
    scim.login.state.signOn = SignOn.parse({
      connections: [SCIM_CONNECTION],
      directories: DIRECTORIES.map((one) => ({ ...one, person: 'userName' })),
    });
    const renamed = scimPatch({ op: 'replace', path: 'userName', value: 'bob' });
    failAt('putRowIf', 2);
    expect((await ask('PATCH', `/Users/${alice}`, renamed)).status).toBe(503);
    recover();
    expect((await ask('POST', '/Users', scimUser('ALICE', { externalId: 'other' }))).status).toBe(201);
    await ask('GET', `/Users/${alice}`);
    expect((await stateOf('alice')).hasLeft).toBe(true);
  });

  /**
   * @attack A removal from a group that is cut short between its two rows
   * @removed the row of the group, of the two rows
   * @failed 1 of 64: gives no group by one of the two rows of a membership: `expected [ 'admins' ] to deeply equal []`
   */
  it('gives no group by one of the two rows of a membership', async () => {
    const group = (await ask('POST', '/Groups', scimGroup('admins', [alice]))).body.id;
    expect(await tokenGroups('oid-alice')).toEqual(['admins']);
    const all = scim.login.rows.rows(DIRECTORY);
    for (const key of all.map((row) => row.key).filter(([owner = '']) => owner.startsWith('member'))) {
      await scim.login.rows.deleteRow(DIRECTORY, key);
      expect(await tokenGroups('oid-alice')).toEqual([]);
      await ask(
        'PATCH',
        `/Groups/${group}`,
        scimPatch({ op: 'add', path: 'members', value: [{ value: alice }] }),
      );
      expect(await tokenGroups('oid-alice')).toEqual(['admins']);
    }
  });

  it('leaves no name taken for ever, wherever it was cut', async () => {
    for (let cut = 0; cut < 6; cut += 1) {
      failAt('putRowIf', cut);
      await ask('POST', '/Users', scimUser('bob'));
      recover();
      scim.login.clock.advance(61_000);
      const made = await ask('POST', '/Users', scimUser('bob'));
      expect([cut, [201, 409].includes(made.status)]).toEqual([cut, true]);
      const found = await ask('GET', `/Users?filter=${encodeURIComponent('userName eq "bob"')}`);
      expect([cut, found.body['totalResults']]).toEqual([cut, 1]);
      const [bob] = found.body['Resources'] as { id: string }[];
      expect((await ask('DELETE', `/Users/${bob?.id}`)).status).toBe(204);
    }
  });

  /**
   * @attack A deletion that is cut short before the person is marked as a leaver, and whose client finds no user and asks no more
   * @removed the look at a deleted user before a reading is answered (before a list is)
   * @failed 1 of 71 (1): of a deletion is finished by the next GET of the user: `expected [ false, false ] to deeply equal [ true,
   *   true ]`
   */
  it.each([
    ['DELETE', 'the user', 'deleteRows', 0, 204],
    ['GET', 'the user', 'putRowIf', 1, 404],
    ['GET', 'a list', 'putRowIf', 1, 200],
  ] as const)(
    'of a deletion is finished by the next %s of %s',
    async (method, what, operation, after, status) => {
      await ask('POST', '/Groups', scimGroup('admins', [alice]));
      failAt(operation, after);
      expect((await ask('DELETE', `/Users/${alice}`)).status).toBe(503);
      recover();
      const list = `/Users?filter=${encodeURIComponent('externalId eq "oid-alice"')}`;
      const path = what === 'a list' ? list : `/Users/${alice}`;
      expect((await ask(method, path)).status).toBe(status);
      expect([(await stateOf('oid-alice')).hasLeft, !rows().includes(alice)]).toEqual([true, true]);
    },
  );
});

describe('a token', () => {
  /**
   * @attack A SCIM token at another directory, after its end, and after it was revoked
   * @removed the comparison of the token's directory (the comparison of its secret)
   * @failed 1 of 64 (1): of another directory, expired, revoked or made up opens nothing, and all are answered alike:
   *   `expected [ 200, { …(5) } ] to deeply equal [ 401, { …(3) } ]`
   */
  it('of another directory, expired, revoked or made up opens nothing, and all are answered alike', async () => {
    const { login, clientOf, base } = scim;
    const directories = [
      ...login.state.signOn.directories,
      {
        id: ConnectionId.parse('other'),
        connections: [ConnectionId.parse('partner')],
        person: 'externalId' as const,
      },
    ];
    login.state.signOn = { ...login.state.signOn, directories };
    const revoked = await makeScimToken(login.rows, { name: 'revoked' });
    must(await revokeScimToken(login.rows, revoked.id, { at: login.clock.now(), by: 'ada' }));
    const other = await makeScimToken(login.rows, { name: 'other', directory: 'other' });
    const expired = await makeScimToken(login.rows, { name: 'expired', expiresAt: login.clock.now() });
    const [mark, id] = scim.token.text.split('.');
    const bad = [revoked.text, other.text, expired.text, `${mark}.${id}.${'x'.repeat(43)}`, 'x', ''];
    const replies = [];
    for (const text of bad) replies.push(await clientOf(text)('GET', '/Users'));
    replies.push(await clientOf(scim.token.text, `${PORTAL}/scim/v2/none`)('GET', '/Users'));
    replies.push(await clientOf(scim.token.text, `${PORTAL}/scim/v2/other`)('GET', '/Users'));
    for (const { status, body } of replies) expect([status, body]).toEqual([401, replies[0]?.body]);
    const refused = login.auditLog.events.filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ client, reason }) => [client, reason])).toEqual([
      ['revoked', 'scim-token-revoked'],
      ['other', 'scim-token-of-another-directory'],
      ['expired', 'scim-token-expired'],
      ['entra', 'scim-token-of-another-directory'],
      ['entra', 'scim-token-of-another-directory'],
    ]);
    expect(
      JSON.stringify([login.logger.lines, login.auditLog.events, login.rows.rows(DIRECTORY)]),
    ).not.toContain(scim.token.text.slice(-43));
    expect(
      (await clientOf(other.text, base.replace('staff-directory', 'other'))('GET', '/Users')).status,
    ).toBe(200);
  });

  it('of SCIM opens no page and signs no one in, and no session opens the directory', async () => {
    const headers = { authorization: `Bearer ${scim.token.text}` };
    const page = await scim.login.app.request(`${PORTAL}/portal/sessions`, { headers });
    expect(await page.text()).not.toContain('form_token');
    expect(
      (await scim.login.app.request(`${scim.base}/Users`, { headers: { cookie: '__Host-stint-session=x' } }))
        .status,
    ).toBe(401);
  });
});

describe('the groups of a directory', () => {
  /**
   * @attack A connection whose people claim the person link of another's, for the groups of its directory
   * @removed the connections of a directory
   * @failed 1 of 64: are for people of its connections alone, and for the spelling of the user name alone: `expected [
   *   [ 'admins' ], [ 'admins' ] ] to deeply equal [ [ 'admins' ], [] ]`
   */
  it('are for people of its connections alone, and for the spelling of the user name alone', async () => {
    await ask('POST', '/Groups', scimGroup('admins', [alice]));
    const { deps, state } = scim.login;
    const session = { ...person('oid-alice'), groups: [], claims: {}, methods: [], id: newSessionId() };
    const at = async (connection: string, link = 'oid-alice') => {
      const own = { ...session, connection: ConnectionId.parse(connection), person: link };
      const held = await withDirectoryGroups(own, state.signOn, deps.clock.now(), deps);
      return held.ok ? held.value.groups : held.error.reason;
    };
    expect([await at('corporate'), await at('partner')]).toEqual([['admins'], []]);
    const [directory] = state.signOn.directories;
    if (!directory) throw new Error('no directory');
    state.signOn = { ...state.signOn, directories: [{ ...directory, person: 'userName' }] };
    expect([await at('corporate', 'alice'), await at('corporate', 'Alice')]).toEqual([
      ['admins'],
      'person-differs',
    ]);
  });

  /**
   * @attack A person in a blocked group, which the directory alone names
   * @removed the look at the blocks in withDirectoryGroups
   * @failed 1 of 77: keep a person out while one of them is blocked: `expected [ 'admins' ] to be 'blocked'`
   */
  it('keep a person out while one of them is blocked', async () => {
    await ask('POST', '/Groups', scimGroup('admins', [alice]));
    expect(await tokenGroups('oid-alice')).toEqual(['admins']);
    const until = new Date(scim.login.clock.now().getTime() + 60_000);
    const all = blocksOf(['group', 'corporate:admins']).all.map((block) => ({ ...block, until }));
    scim.login.state.signOn = { ...scim.login.state.signOn, blocks: { text: 'x', all } };
    expect(await tokenGroups('oid-alice')).toBe('blocked');
  });

  it('have no two of one name, whoever makes them', async () => {
    await ask('POST', '/Groups', scimGroup('admins'));
    const own = (await ask('POST', '/Groups', scimGroup('mine', [alice]))).body.id;
    for (const name of ['admins', 'ADMINS']) {
      expect((await ask('POST', '/Groups', scimGroup(name, [alice]))).status).toBe(409);
      expect(
        (await ask('PATCH', `/Groups/${own}`, scimPatch({ op: 'replace', path: 'displayName', value: name })))
          .status,
      ).toBe(409);
    }
    for (const name of ['admins\u200b', '\u202eadmins', 'a\nb', 'x'.repeat(600)])
      expect((await ask('POST', '/Groups', scimGroup(name, [alice]))).status).toBe(400);
  });
});
