// stint login, whoami and logout: the session is kept, refreshed once for all commands, and ended at the deployment.
import { chmodSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserCommand } from '../../../clients/cli/sign-in/open-in-browser.ts';
import { Browser } from '../../support/browser.ts';
import { ALICE, problem, startCliDeployment } from '../../support/cli-deployment.ts';
import { answerJson, startLoopback } from '../../support/loopback.ts';
import { newPerson, type Person } from './person.ts';
import { testFolder } from './test-terminal.ts';

function brokenOpener(): string {
  const folder = testFolder();
  const [program] = browserCommand(process.platform);
  folder.write(program, '#!/bin/sh\nexit 3\n');
  chmodSync(join(folder.path, program), 0o755);
  return folder.path;
}

const RENEWAL = 'POST /login/token';

describe('stint login', () => {
  it('signs in with the browser, says who one is, and tells the browser that it is done', async () => {
    const deployment = await startCliDeployment();
    const { run, page } = await newPerson().logIn(deployment.url);
    expect(run.out).toBe(`Signed in to ${deployment.url} as corp|alice (people).`);
    expect(run.exitCode).toBe(0);
    expect(page.text).toContain('You are signed in');
  });

  it('asks with PKCE and a state, and for an answer to the address of this machine', async () => {
    const deployment = await startCliDeployment();
    const { opened, run } = await newPerson().startLogin(['--url', deployment.url]);
    const { state, code_challenge, redirect_uri, ...rest } = Object.fromEntries(opened.searchParams);
    expect(rest).toEqual({
      client_id: 'stint-cli',
      response_type: 'code',
      code_challenge_method: 'S256',
      device_name: hostname().slice(0, 64),
    });
    expect([state?.length, code_challenge?.length]).toEqual([43, 43]);
    expect(redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    await fetch(`${redirect_uri}?${new URLSearchParams({ state: state ?? '', error: 'access_denied' })}`);
    await run;
  });

  it('says until when at the latest, where the server does', async () => {
    const deployment = await startCliDeployment();
    deployment.tokenAnswer = { refresh_token_expires_in: 3_600 };
    const person = newPerson();
    const { run } = await person.logIn(deployment.url);
    expect(run.out).toMatch(
      / as corp\|alice \(people\), until \d{4}-\d\d-\d\d \d\d:\d\d UTC at the latest\.$/,
    );
    const { tokens } = JSON.parse(await readFile(person.sessionsFile, 'utf8')).sessions[0];
    const seconds = (Date.parse(tokens.endsAt) - Date.parse(tokens.accessEndsAt)) / 1_000;
    expect(Math.round(seconds)).toBe(3_600 - deployment.accessTokenSeconds);
  });

  it('has the person prove themselves again when it is told to', async () => {
    const deployment = await startCliDeployment();
    const { opened, run } = await newPerson().startLogin(['--fresh', '--url', deployment.url]);
    expect(opened.searchParams.get('prompt')).toBe('login');
    await new Browser((request) => fetch(request)).open(opened);
    expect((await run).exitCode).toBe(0);
  });

  it('prints the address too, for a browser that does not open', async () => {
    const deployment = await startCliDeployment();
    const { opened, run } = await newPerson().startLogin(['--url', `${deployment.url}/`]);
    const { state = '', redirect_uri } = Object.fromEntries(opened.searchParams);
    await fetch(
      `${redirect_uri}?${new URLSearchParams({ state, iss: `${deployment.url}/login`, error: 'access_denied' })}`,
    );
    const { notes, exitCode } = await run;
    expect(notes).toContain(opened.href);
    expect(notes).toContain('the sign-in was refused in the browser: nobody is signed in');
    expect(exitCode).toBe(4);
  });

  it.each([
    ['is missing', '/nowhere'],
    ['fails', brokenOpener()],
  ])('says to open it oneself where the program that opens browsers %s', async (_name, path) => {
    const deployment = await startCliDeployment();
    const notes: string[] = [];
    let run: ReturnType<Person['stint']> | undefined;
    await new Promise<void>((resolve) => {
      run = newPerson().stint(['login', '--url', deployment.url], { PATH: path }, (note) => {
        notes.push(note);
        if (note === 'No browser opened: open the address yourself.') resolve();
      });
    });
    const address = / {2}(http\S+)\n/.exec(notes.join('\n'))?.[1] ?? '';
    await new Browser((request) => fetch(request)).open(address);
    expect((await run)?.exitCode).toBe(0);
  });

  /**
   * @attack File of sign-ins readable when made
   * @removed mode 600; mode 700
   * @failed 11; 24 of 25: keeps the session in a file and a folder that only its owner reads: `expected 420
   *   to be 384`
   * @note the next command refuses such a file
   */
  it('keeps the session in a file and a folder that only its owner reads, and shows nothing of it', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    const { run } = await person.logIn(deployment.url);
    expect(statSync(person.sessionsFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(person.sessionsFile)).mode & 0o777).toBe(0o700);
    const { sessions } = JSON.parse(await readFile(person.sessionsFile, 'utf8'));
    for (const secret of [sessions[0].tokens.access, sessions[0].tokens.refresh]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(run.out + run.notes).not.toContain(secret);
    }
  });

  it('ends the session that it replaces', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    const { tokens } = JSON.parse(await readFile(person.sessionsFile, 'utf8')).sessions[0];
    expect(await deployment.provider.RefreshToken.find(tokens.refresh)).toBeDefined();
    await person.logIn(deployment.url);
    expect(await deployment.provider.RefreshToken.find(tokens.refresh)).toBeUndefined();
    expect((await person.stint(['whoami'])).exitCode).toBe(0);
  });

  it('remembers the deployment, also after signing out', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    await person.stint(['logout']);
    const { opened, run } = await person.startLogin([]);
    expect(opened.origin).toBe(deployment.url);
    const { state = '', redirect_uri } = Object.fromEntries(opened.searchParams);
    await fetch(`${redirect_uri}?${new URLSearchParams({ state })}`);
    await run;
  });

  /**
   * @attack Tokens over plain http
   * @removed the check of the URL
   * @failed 2 of 27: says what to do: plain http to another machine: `expected 'http://stint.example.com gave
   *   an answ…' to contain '--url must be the https URL'`
   * @note openid-client allows http to loopback hosts alone, as it is told
   */
  it.each([
    ['no deployment', [], {}, 2, 'which deployment?'],
    [
      'plain http to another machine',
      ['--url', 'http://stint.example.com'],
      {},
      2,
      '--url must be the https URL',
    ],
    ['a URL with a query', ['--url', 'https://stint.example.com/?a'], {}, 2, '--url must be the https URL'],
    ['what is no URL', ['--url', 'stint'], {}, 2, '--url must be the https URL'],
    ['the same in the environment', [], { STINT_URL: 'ftp://a' }, 2, 'STINT_URL must be the https URL'],
    ['nobody there', ['--url', 'http://127.0.0.1:1'], {}, 3, 'http://127.0.0.1:1 cannot be reached'],
    [
      'no place to keep it',
      ['--url', 'http://127.0.0.1:1'],
      { XDG_STATE_HOME: '' },
      2,
      'set HOME or XDG_STATE_HOME',
    ],
  ])('says what to do: %s', async (_name, argv, env, exitCode, says) => {
    const run = await newPerson().stint(['login', ...argv], env);
    expect(run.notes).toContain(says);
    expect(run.exitCode).toBe(exitCode);
  });

  it('says so when something else answers there', async () => {
    const { url } = await startLoopback(answerJson({}, 404));
    const run = await newPerson().stint(['login', '--url', url]);
    expect(run.notes).toContain(`${url} is no Stint deployment that people can sign in at`);
  });

  it('says so when the deployment is older than sign-in on the command line', async () => {
    const deployment = await startCliDeployment();
    deployment.metadata = { revocation_endpoint: undefined };
    const { notes, exitCode } = await newPerson().stint(['login', '--url', deployment.url]);
    expect(notes).toBe(`${deployment.url} signs no command lines in: ask its operator for a newer Stint`);
    expect(exitCode).toBe(3);
  });

  it('says so when vend does not know who one is', async () => {
    const deployment = await startCliDeployment();
    deployment.vend = async () => problem(503, 'store_unavailable');
    const { run } = await newPerson().logIn(deployment.url);
    expect(run.out).toBe(`Signed in to ${deployment.url}.`);
    expect(run.notes).toContain('Who you are there is not known: A title. A detail. (request request-2)');
  });
});

describe('stint whoami', () => {
  it('says who one is there', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    expect(await person.stint(['whoami'])).toEqual({
      exitCode: 0,
      out: `corp|alice (people) at ${deployment.url}\ngroups: media, on-call\nsecond factor: yes`,
      notes: '',
    });
    const { out } = await person.stint(['whoami', '--json']);
    expect(JSON.parse(out)).toMatchObject({ format: 1, url: deployment.url, subject: 'corp|alice' });
  });

  /**
   * @attack Name or table that steers the terminal
   * @removed the same, for a subject; for a table
   * @failed 1 of 25; 1 of 24: prints nothing that steers a terminal: `expected 'a\u001b[2Jb …' to contain
   *   'a?[2Jb'`
   * @also test/unit/cli/take-roles.test.ts
   */
  it('prints nothing that steers a terminal', async () => {
    const deployment = await startCliDeployment();
    deployment.vend = async () => [200, { ...ALICE, subject: 'a\u001b[2Jb', groups: ['\u0007'] }];
    const person = newPerson();
    await person.logIn(deployment.url);
    const { out } = await person.stint(['whoami']);
    expect(out).toContain('a?[2Jb');
    expect(out).toContain('groups: ?');
  });

  it('says to sign in when nobody is', async () => {
    const run = await newPerson().stint(['whoami'], { STINT_URL: 'https://stint.example.com' });
    expect(run).toEqual({
      exitCode: 4,
      out: '',
      notes:
        'you are not signed in to https://stint.example.com: run stint login --url https://stint.example.com',
    });
  });

  it('says to sign in again when the session was ended', async () => {
    const deployment = await startCliDeployment();
    deployment.accessTokenSeconds = 30;
    const person = newPerson();
    await person.logIn(deployment.url);
    const { tokens } = JSON.parse(await readFile(person.sessionsFile, 'utf8')).sessions[0];
    await (await deployment.provider.RefreshToken.find(tokens.refresh))?.destroy();
    const { notes, exitCode } = await person.stint(['whoami']);
    expect(notes).toBe('the sign-in has ended or was used elsewhere: run stint login again');
    expect(exitCode).toBe(4);
  });
});

describe('a token', () => {
  it('is renewed when it is about to end, and not before', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    await person.stint(['whoami']);
    expect(deployment.requests.filter((request) => request === RENEWAL)).toHaveLength(1);
    const file = JSON.parse(await readFile(person.sessionsFile, 'utf8'));
    file.sessions[0].tokens.accessEndsAt = new Date(Date.now() + 59_000).toISOString();
    await writeFile(person.sessionsFile, JSON.stringify(file));
    expect((await person.stint(['whoami'])).exitCode).toBe(0);
    expect(deployment.requests.filter((request) => request === RENEWAL)).toHaveLength(2);
  });

  it('is asked for again when an answer is lost, and not for ever', async () => {
    const deployment = await startCliDeployment();
    deployment.accessTokenSeconds = 30;
    const person = newPerson();
    await person.logIn(deployment.url);
    deployment.lost = 1;
    expect((await person.stint(['whoami'])).exitCode).toBe(0);
    deployment.lost = 2;
    const { notes, exitCode } = await person.stint(['whoami']);
    expect(notes).toBe(`${deployment.url} cannot be reached: check the URL and the network`);
    expect(exitCode).toBe(3);
    expect((await person.stint(['whoami'])).exitCode).toBe(0);
  });

  it('is renewed once for commands that run at the same time', async () => {
    const deployment = await startCliDeployment();
    deployment.accessTokenSeconds = 30;
    const person = newPerson();
    await person.logIn(deployment.url);
    deployment.accessTokenSeconds = 300;
    const runs = await Promise.all(Array.from({ length: 5 }, () => person.stint(['whoami'])));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    expect(deployment.requests.filter((request) => request === RENEWAL)).toHaveLength(2);
  });

  it('is renewed again and again by the refresh token that each renewal brings', async () => {
    const deployment = await startCliDeployment();
    deployment.accessTokenSeconds = 30;
    const person = newPerson();
    await person.logIn(deployment.url);
    const runs = await Promise.all(Array.from({ length: 4 }, () => person.stint(['whoami'])));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(deployment.requests.filter((request) => request === RENEWAL)).toHaveLength(5);
  });
});

describe('stint logout', () => {
  /**
   * @attack Session that counts on after signing out
   * @removed the revocation
   * @failed 1 of 25: ends the session at the deployment, and forgets it here: `expected RefreshToken{…} to be
   *   undefined`
   */
  it('ends the session at the deployment, and forgets it here', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    const { tokens } = JSON.parse(await readFile(person.sessionsFile, 'utf8')).sessions[0];
    expect(await person.stint(['logout'])).toEqual({
      exitCode: 0,
      out: `Signed out of ${deployment.url}.`,
      notes: '',
    });
    expect(await deployment.provider.RefreshToken.find(tokens.refresh)).toBeUndefined();
    expect(await readFile(person.sessionsFile, 'utf8')).not.toContain(tokens.refresh);
    expect((await person.stint(['whoami'])).exitCode).toBe(4);
  });

  it('forgets it here also when the deployment does not answer, and says so', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    deployment.isDown = true;
    const { notes, exitCode } = await person.stint(['logout']);
    expect(notes).toContain(`Forgotten on this machine, but ${deployment.url} cannot be reached`);
    expect(exitCode).toBe(3);
    expect(JSON.parse(await readFile(person.sessionsFile, 'utf8')).sessions).toEqual([]);
  });

  it('has nothing to do when nobody is signed in', async () => {
    const { out, exitCode } = await newPerson().stint(['logout', '--url', 'https://stint.example.com']);
    expect([out, exitCode]).toEqual(['You are not signed in to https://stint.example.com.', 0]);
  });
});

describe('two deployments', () => {
  it('are two sessions, and the last one signed in to is meant', async () => {
    const [one, other] = [await startCliDeployment(), await startCliDeployment()];
    const person = newPerson();
    await person.logIn(one.url);
    await person.logIn(other.url);
    expect((await person.stint(['whoami'])).out).toContain(`at ${other.url}`);
    expect((await person.stint(['whoami', '--url', one.url])).out).toContain(`at ${one.url}`);
    expect((await person.stint(['whoami'], { STINT_URL: one.url })).out).toContain(`at ${one.url}`);
    await person.stint(['logout']);
    expect((await person.stint(['whoami', '--url', one.url])).exitCode).toBe(0);
  });
});
