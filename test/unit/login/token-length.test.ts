// How long a session's token is, known before there is a session: what signs on must be taken by vend all along.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSessionKeys } from '../../../clients/cli/keys/make-session-keys.ts';
import { checkSignOnSize, checkTokenSize } from '../../../functions/login/keys/check-token-size.ts';
import { mintToken, type TokenIssuer, tokenLength } from '../../../functions/login/keys/mint-token.ts';
import { readSessionKeys, SessionJwks } from '../../../functions/login/keys/session-key-set.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { SessionId, type SignedOn } from '../../../shared/people/session.ts';
import { MAX_TOKEN_CHARACTERS } from '../../../shared/pipeline/authenticate/read-proof.ts';
import { NOW } from '../../support/builders.ts';
import '../../support/fast-check-seed.ts';

const MINUTE_LATER = new Date(NOW.getTime() + 60_000);
const id = SessionId.parse('s'.repeat(22));

const issuerWith = (kid: string): TokenIssuer => ({
  issuer: 'https://vend.example.com/login',
  audience: 'https://vend.example.com',
  keys: readSessionKeys(SessionJwks.parse([{ ...makeSessionKeys()[0], kid }])),
});
const ISSUER = issuerWith('k');

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const people: fc.Arbitrary<SignedOn> = fc.record({
  connection: fc.constantFrom('c', 'corporate').map((text) => ConnectionId.parse(text)),
  subject: name,
  groups: fc.array(name, { maxLength: 30 }),
  claims: fc.dictionary(fc.constantFrom('name', 'email', 'a"b'), fc.oneof(name, fc.boolean(), fc.integer())),
  methods: fc.array(fc.constantFrom('pwd', 'otp', 'mfa'), { maxLength: 3 }),
});

/** What a session says at the most: a passkey's word, a flush, two people who came back, a requirement. */
const longestOf = (signedOn: SignedOn) => ({
  ...signedOn,
  id,
  methods: [...signedOn.methods, 'pop', 'user', 'mfa'],
  authenticatedAt: NOW,
  generation: Number.MAX_SAFE_INTEGER,
  leaverGenerations: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  requirement: 'r'.repeat(22),
});
const OTHER_KEY = issuerWith('k'.repeat(64));
const LONGEST_ADDRESS = '2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff';

const withGroups = (count: number, lastCharacters: number): SignedOn => ({
  connection: ConnectionId.parse('corporate'),
  subject: 'alice',
  groups: [
    ...Array.from({ length: count }, (_, i) => String(i).padStart(36, 'g')),
    'a'.repeat(lastCharacters),
  ],
  claims: {},
  methods: [],
});

describe('the length of a token', () => {
  it('is what minting gives, whoever it is of', async () => {
    await fc.assert(
      fc.asyncProperty(people, async (signedOn) => {
        const session = { ...signedOn, id };
        const minted = await mintToken(session, MINUTE_LATER, NOW, ISSUER);
        expect(tokenLength(session, MINUTE_LATER, NOW, ISSUER)).toBe(minted.reveal().length);
      }),
      { numRuns: 60 },
    );
  });

  it('has room for what a session comes to say, for the most that signs on', async () => {
    const fits = (signedOn: SignedOn): boolean => checkSignOnSize({ ...signedOn, id }, NOW, ISSUER).ok;
    const counts = Array.from({ length: 500 }, (_, count) => count);
    const count = counts.findLastIndex((one) => fits(withGroups(one, 1)));
    const last = counts.findLastIndex((one) => fits(withGroups(count, one + 1))) + 1;
    expect([count > 350, fits(withGroups(count, last + 1))]).toEqual([true, false]);
    const session = longestOf(withGroups(count, last));
    const longest = await mintToken(session, MINUTE_LATER, NOW, OTHER_KEY, { address: LONGEST_ADDRESS });
    expect(longest.reveal().length).toBeLessThanOrEqual(MAX_TOKEN_CHARACTERS);
    expect(checkTokenSize(session, NOW, OTHER_KEY).ok).toBe(true);
  });

  it('leaves room for the address, for the most groups that a session may come to have', async () => {
    const fits = (session: SignedOn): boolean => checkTokenSize(longestOf(session), NOW, OTHER_KEY).ok;
    const counts = Array.from({ length: 20_000 }, (_, count) => count);
    const last = counts.findLastIndex((one) => fits(withGroups(0, one)));
    const session = longestOf(withGroups(0, last));
    const longest = await mintToken(session, MINUTE_LATER, NOW, OTHER_KEY, { address: LONGEST_ADDRESS });
    expect([last > 10_000, longest.reveal().length <= MAX_TOKEN_CHARACTERS]).toEqual([true, true]);
  });
});
