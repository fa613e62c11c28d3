// What the history of issuers' keys promises, over any implementation.
import { describe, expect, it } from 'vitest';
import type { KeyHistory } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import type { KeyDecision, KeyObservation, PublishedKey } from '../../shared/rules/values/issuer-key.ts';
import { must } from './must.ts';

export interface OpenHistory {
  /** One that has seen nothing; several over the same rows are several instances. */
  readonly history: KeyHistory;
  readonly decide: (provider: string, thumbprint: string, decision: KeyDecision) => Promise<void>;
}

const APP = ProviderId.parse('app');
/** Its id begins with the other's. */
const APP_USERS = ProviderId.parse('app-users');
const DAY = 86_400_000;
const AT = new Date('2026-03-01T12:00:00.000Z');
const later = (milliseconds: number) => new Date(AT.getTime() + milliseconds);
const key = (thumbprint: string, kid = thumbprint): PublishedKey => ({ thumbprint, kid, alg: 'RS256' });
const say = (news: readonly KeyObservation[]) =>
  news.map(
    (one) => `${one.what} ${one.key.thumbprint}${one.what === 'changed' ? ` before ${one.before}` : ''}`,
  );

export function describeKeyHistory(name: string, open: () => Promise<OpenHistory>): void {
  describe(`key history: ${name}`, () => {
    it('says once that a key is new, to whichever instance sees it first', async () => {
      const { history } = await open();
      const both = await Promise.all([1, 2].map(() => history.see(APP, [key('a'), key('b')], AT)));
      expect(both.flatMap(say).sort()).toEqual(['new a', 'new b']);
      expect(await history.see(APP, [key('a'), key('b')], later(3 * DAY))).toEqual([]);
    });

    it('says that a kid has become another key', async () => {
      const { history } = await open();
      await history.see(APP, [key('a', 'kid')], AT);
      expect(say(await history.see(APP, [key('b', 'kid')], later(DAY)))).toEqual(['changed b before a']);
      expect(say(await history.see(APP, [key('c', '')], later(DAY)))).toEqual(['new c']);
      expect(say(await history.see(APP, [key('d', '')], later(DAY)))).toEqual(['new d']);
    });

    /**
     * @attack Keys of a provider whose id begins alike
     * @removed the end of the range
     * @failed 2 of 16: is of one provider, also where an id begins with another: `expected [] to deeply equal
     *   [ 'new a' ]`
     * @also test/contract/key-history.test.ts
     */
    it('is of one provider, also where an id begins with another', async () => {
      const { history, decide } = await open();
      await history.see(APP_USERS, [key('a', 'kid')], AT);
      expect(say(await history.see(APP, [key('a', 'kid')], AT))).toEqual(['new a']);
      await decide('app-users', 'a', 'approved');
      await decide('app', 'b', 'revoked');
      expect([...must(await history.decisions(APP))]).toEqual([['b', 'revoked']]);
      expect([...must(await history.decisions(APP_USERS))]).toEqual([['a', 'approved']]);
    });

    it('has the last decision, and none for a key that was only seen', async () => {
      const { history, decide } = await open();
      await history.see(APP, [key('a'), key('b')], AT);
      await decide('app', 'a', 'approved');
      await decide('app', 'a', 'revoked');
      expect([...must(await history.decisions(APP))]).toEqual([['a', 'revoked']]);
    });
  });
}
