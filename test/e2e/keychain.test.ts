// A sign-in in a real keychain: `stint` as a process of its own, and GNOME Keyring. Where that is missing, the skipped tests
// say what to install.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Browser } from '../support/browser.ts';
import { type CliDeployment, startCliDeployment } from '../support/cli-deployment.ts';
import { newOpener } from '../support/opener.ts';
import { ROOT } from './npm-start.ts';
import { type KeyringState, missingPackages, newSecretServiceHome } from './secret-service.ts';
import type { Ended } from './world.ts';

const STINT = `exec node ${join(ROOT, 'clients/cli/bin.mjs')}`;

/** CI must not pass for want of a package. */
const isSkipped = missingPackages !== undefined && process.env['STINT_REQUIRE_KEYCHAIN'] === undefined;

interface Person {
  readonly deployment: CliDeployment;
  stint(line: string, state: KeyringState): Promise<Ended>;
  logIn(state: KeyringState, options?: string): Promise<Ended>;
  sessionsFile(): string;
}

async function newPerson(): Promise<Person> {
  const deployment = await startCliDeployment();
  const home = newSecretServiceHome();
  onTestFinished(() => home.remove());
  const opener = newOpener(home.path);
  const person: Person = {
    deployment,
    stint: (line, state) => home.run(`${STINT} ${line}`, state, opener.env),
    async logIn(state, options = '') {
      const run = person.stint(`login --url ${deployment.url} ${options}`, state);
      await new Browser((request) => fetch(request)).open(await opener.next(run));
      return run;
    },
    sessionsFile: () => readFileSync(join(home.path, '.local/state/stint/sessions.json'), 'utf8'),
  };
  return person;
}

describe.skipIf(isSkipped)(
  `GNOME Keyring ${missingPackages === undefined ? '' : `(needs: ${missingPackages}) `}keeps a sign-in`,
  () => {
    it('from one session to the next, out of every file, until one signs out', async () => {
      const person = await newPerson();
      const { url } = person.deployment;
      expect(await person.logIn('unlocked')).toMatchObject({
        exitCode: 0,
        out: `Signed in to ${url} as corp|alice (people).\n`,
      });
      expect(JSON.parse(person.sessionsFile())).toEqual({
        format: 1,
        current: url,
        sessions: [{ url, signIn: expect.any(String) }],
      });
      const renewed = await person.stint('whoami', 'unlocked');
      expect([renewed.exitCode, renewed.out]).toEqual([
        0,
        expect.stringContaining(`corp|alice (people) at ${url}`),
      ]);
      expect((await person.stint('logout', 'unlocked')).exitCode).toBe(0);
      expect((await person.stint('whoami', 'unlocked')).errors).toContain('you are not signed in');
    });

    it('renewed too', async () => {
      const person = await newPerson();
      person.deployment.accessTokenSeconds = 30;
      await person.logIn('unlocked');
      for (const _ of ['once', 'twice']) expect((await person.stint('whoami', 'unlocked')).exitCode).toBe(0);
      const renewals = person.deployment.requests.filter((request) => request === 'POST /login/token');
      expect(renewals).toHaveLength(3);
    });

    it.each([
      ['it is locked', 'locked'],
      // Where a session ends with the machine's uptime, in the kernel's memory, is none.
      ['nothing answers for it', 'absent'],
    ] as const)('not while %s: a file does then, and one hears of it', async (_name, state) => {
      const person = await newPerson();
      // The first session makes the keyring.
      await person.stint('whoami', 'unlocked');
      const { exitCode, errors } = await person.logIn(state);
      expect(errors).toContain('There is no keychain to be used: the sign-in is kept in');
      expect(exitCode).toBe(0);
      expect(JSON.parse(person.sessionsFile()).sessions[0]).toHaveProperty('tokens');
      expect((await person.stint('whoami', state)).exitCode).toBe(0);
    });

    it('which says what to do when it is locked later', async () => {
      const person = await newPerson();
      await person.logIn('unlocked');
      const { exitCode, errors } = await person.stint('whoami', 'locked');
      expect(errors).toContain('the keychain of this system cannot be used: unlock it');
      expect(exitCode).toBe(2);
    });
  },
);
