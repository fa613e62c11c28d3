// Guarantees: an answer is yes only where the cloud both allowed what it had to allow and denied what it had to deny. A cloud that
// ignores a condition, one that does not know it, and one that does not answer are told apart from one that holds to it.
import { describe, expect, it } from 'vitest';
import {
  answerCors,
  askCloud,
  type SessionOrder,
  type Trial,
} from '../../../shared/checks/live-questions.ts';
import { NOW } from '../../support/builders.ts';

const ALLOWED: Trial = { kind: 'assumed', sourceIdentity: undefined, call: 'allowed' };
const DENIED: Trial = { ...ALLOWED, call: 'denied' };
const REFUSED: Trial = { kind: 'not-assumed', code: 'NoPermission' };

const isMet = ({ condition }: SessionOrder): boolean => {
  const { DateLessThan, IpAddress } = condition ?? {};
  const end = DateLessThan?.['acs:CurrentTime'];
  return IpAddress === undefined && (end === undefined || new Date(end) > NOW);
};

/** Holds to everything. */
const strict = async (order: SessionOrder): Promise<Trial> => {
  if (order.externalId !== undefined) return REFUSED;
  return { ...(isMet(order) ? ALLOWED : DENIED), sourceIdentity: order.sourceIdentity };
};

const ask = async (cloud: (order: SessionOrder) => Promise<Trial>) =>
  (await askCloud(cloud, true, NOW)).map(({ question, answer }) => `${question} ${answer}`);

describe('the answers', () => {
  it('are yes where the cloud holds to everything', async () => {
    expect(await ask(strict)).toEqual([
      'session yes',
      'source-identity yes',
      'current-time yes',
      'source-ip yes',
      'external-id yes',
    ]);
  });

  it('are no where it ignores conditions, and takes any ExternalId', async () => {
    expect(await ask(async () => ALLOWED)).toEqual([
      'session yes',
      'source-identity unknown',
      'current-time no',
      'source-ip no',
      'external-id no',
    ]);
  });

  it('are no where it does not know a condition, and so denies always', async () => {
    const cloud = async (order: SessionOrder) => (order.condition ? DENIED : strict(order));
    expect(await ask(cloud)).toContain('current-time no');
  });

  it('are unknown where calls fail otherwise', async () => {
    const cloud = async (order: SessionOrder): Promise<Trial> =>
      order.condition ? { ...ALLOWED, call: 'Throttling.User' } : strict(order);
    expect(await ask(cloud)).toContain('source-ip unknown');
  });

  it('are no for a SourceIdentity that STS refuses', async () => {
    const cloud = async (order: SessionOrder) => (order.sourceIdentity ? REFUSED : strict(order));
    expect(await ask(cloud)).toContain('source-identity no');
  });

  it.each([REFUSED, DENIED])('end where the role cannot be used at all', async (trial) => {
    expect(await ask(async () => trial)).toEqual(['session no']);
  });

  it('tell of a preflight that a strange page passes', () => {
    expect([answerCors([]).answer, answerCors(['access-control-allow-origin']).answer]).toEqual([
      'yes',
      'no',
    ]);
  });
});
