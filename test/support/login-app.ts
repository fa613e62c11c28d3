// The whole login app over ports in memory; the OpenID client is the real one unless a test brings another.

import type * as z from 'zod';
import { makeSessionKeys } from '../../clients/cli/keys/make-session-keys.ts';
import { createLoginApp } from '../../functions/login/app.ts';
import { ClientSecrets } from '../../functions/login/keys/client-secrets.ts';
import { readSessionKeys, SessionJwks } from '../../functions/login/keys/session-key-set.ts';
import type { LoginDeps } from '../../functions/login/request/deps.ts';
import { createOidcClient } from '../../functions/login/sign-on-oidc/oidc-client.ts';
import { sendToIdp } from '../../shared/adapters/http/guarded-fetch.ts';
import { PEOPLE } from '../../shared/adapters/tablestore/tables.ts';
import type { VendCall } from '../../shared/http/vend-call.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { createLoginNumbers } from '../../shared/kernel/numbers.ts';
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { SignOn, type SignOnInForce } from '../../shared/rules/sign-on/sign-on.ts';
import { Browser } from './browser.ts';
import { AUDIENCE } from './builders.ts';
import { FakeRows } from './fake-rows.ts';
import { FakeAuditLog, FakeLogger, FakeOnceStore } from './fakes.ts';
import { startKeySource } from './key-source.ts';
import { loginDeps } from './login-deps.ts';

export const PORTAL = 'https://vend.example.com';
export const SESSION_COOKIE = '__Host-stint-session';
export const STATE_COOKIE = '__Host-stint-sign-on';

/** Moved by hand from the real time: openid-client goes by that. */
export class MovableClock implements Clock {
  #ahead = 0;
  #frozenAt: number | undefined;

  now(): Date {
    return new Date((this.#frozenAt ?? Date.now()) + this.#ahead);
  }

  /** From here on it moves by hand alone, however slow the machine is. */
  freeze(): void {
    this.#frozenAt ??= Date.now();
  }

  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}

export interface LoginSettings {
  readonly publicUrl?: string;
  readonly connections: z.input<typeof SignOn>['connections'];
  readonly keys?: SessionJwks;
  /** As STINT_SIGN_ON_SECRETS has them. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly parts?: Partial<LoginDeps>;
}

export function startLogin({ publicUrl = PORTAL, connections, keys, secrets = {}, parts }: LoginSettings) {
  const clock = new MovableClock();
  const rows = new FakeRows();
  const auditLog = new FakeAuditLog();
  const logger = new FakeLogger();
  /** Apart, so that tests of other lines do not meet these. */
  const numbersLog = new FakeLogger();
  const numbers = createLoginNumbers({ stopwatch: () => clock.now().getTime(), logger: numbersLog });
  const sessionKeys = readSessionKeys(keys ?? SessionJwks.parse(makeSessionKeys()));
  const asked: { readonly token: string; readonly call: VendCall }[] = [];
  const state: { signOn: SignOnInForce } = { signOn: SignOn.parse({ connections }) };
  const deps = loginDeps(rows, {
    publicUrl,
    clock,
    tokens: { issuer: `${publicUrl}/login`, audience: AUDIENCE, keys: sessionKeys },
    signOn: { current: async () => ok(state.signOn) },
    once: new FakeOnceStore(),
    auditLog,
    vend: {
      async call(token, call) {
        asked.push({ token: token.reveal(), call });
        return ok({ status: 200, body: new Secret({ roles: [] }) });
      },
    },
    oidc: createOidcClient(
      clock,
      { keys: sessionKeys, secrets: ClientSecrets.parse(secrets) },
      sendToIdp,
      startKeySource(clock),
    ),
    logger,
    numbers,
    ...parts,
  });
  const app = createLoginApp(deps);
  /** Goes to the app at its public address, and to the network anywhere else. */
  const browser = () =>
    new Browser((request) => (request.url.startsWith(publicUrl) ? app.fetch(request) : fetch(request)));
  const people = () => rows.rows(PEOPLE);
  return { app, browser, clock, rows, people, auditLog, logger, numbers, numbersLog, asked, state, deps };
}

export type Login = ReturnType<typeof startLogin>;
