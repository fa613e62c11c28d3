// How requests arrived at vend, as vend described them to an administrator, as answers of `stint doctor --live`. Pure. A header
// in which a caller's own text arrived once is one that callers write, whatever else it has.
import * as z from 'zod';
import type { LiveAnswer } from './live-questions.ts';

const ArrivedHeader = z.object({
  name: z.string(),
  present: z.boolean(),
  marker: z.string(),
  isAddress: z.boolean(),
  isGiven: z.boolean(),
});
type ArrivedHeader = z.infer<typeof ArrivedHeader>;

/** What is read of the description; a newer deployment may say more. */
export const DescribedArrival = z.object({
  host: z.boolean(),
  address: z.string(),
  headers: z.array(ArrivedHeader),
});
export type DescribedArrival = z.infer<typeof DescribedArrival>;

export interface ArrivalTrials {
  /** Of a request in whose headers the caller wrote nothing. */
  readonly plain: DescribedArrival;
  /** Of requests in which the caller wrote a marker into the headers. */
  readonly marked: readonly DescribedArrival[];
  /** Headers into which no marker could be written, since a request with one is not answered as others are: nothing is known. */
  readonly untried: readonly string[];
  /** Whether the caller's own address was given, so that it could be compared. */
  readonly hasAddress: boolean;
}

const headerOf = (name: string, { headers }: DescribedArrival): ArrivedHeader | undefined =>
  headers.find((header) => header.name === name);

const isWritten = (name: string, { plain, marked }: ArrivalTrials): boolean =>
  [plain, ...marked].some((one) => (headerOf(name, one)?.marker ?? 'none') !== 'none');

/** Whether it is one address, and none of the caller's writing, in every request. */
const isSetInFront = (name: string, trials: ArrivalTrials): boolean =>
  !trials.untried.includes(name) &&
  !isWritten(name, trials) &&
  [trials.plain, ...trials.marked].every((one) => headerOf(name, one)?.isAddress === true);

const isOwnAddress = (name: string, { plain, marked }: ArrivalTrials): boolean =>
  [plain, ...marked].every((one) => headerOf(name, one)?.isGiven === true);

const SETTING = 'STINT_CLIENT_IP_HEADER';

function answerHeader(trials: ArrivalTrials): LiveAnswer {
  const question = 'address-header';
  const names = trials.plain.headers.map(({ name }) => name);
  const written = names.filter((name) => isWritten(name, trials));
  const inFront = names.filter((name) => isSetInFront(name, trials));
  const untried = trials.untried.filter((name) => headerOf(name, trials.plain)?.present);
  const own = inFront.filter((name) => isOwnAddress(name, trials));
  const others = inFront.filter((name) => !own.includes(name));
  const lines = [
    own.length > 0 ? `${own.join(', ')}: your address, and no caller can write it` : '',
    others.length > 0
      ? `${others.join(', ')}: ${trials.hasAddress ? 'another address than yours' : 'an address that no caller can write; --address says whether it is yours'}`
      : '',
    untried.length > 0 ? `${untried.join(', ')}: a request that writes it was not answered` : '',
    written.length > 0
      ? `never set ${SETTING} to ${written.join(', ')}: a caller’s own text arrives there`
      : '',
  ].filter(Boolean);
  const isOpen = untried.length > 0 || (others.length > 0 && !trials.hasAddress);
  return {
    question,
    answer: own.length > 0 ? 'yes' : isOpen ? 'unknown' : 'no',
    detail: lines.join('; ') || 'no header has an address',
  };
}

/** Of the header that is set now. vend does not say which that is, so it may be one that was not tried. */
function answerForged(trials: ArrivalTrials): LiveAnswer {
  const { plain, marked, hasAddress } = trials;
  const question = 'address-forged';
  const seen = [plain, ...marked].map(({ address }) => address);
  if (seen.includes('not_set'))
    return { question, answer: 'unknown', detail: `${SETTING} of vend is not set` };
  if (plain.address === 'unknown')
    return {
      question,
      answer: 'no',
      detail: `${SETTING} of vend names a header in which no address arrives`,
    };
  if (seen.includes('marker'))
    return { question, answer: 'no', detail: 'vend took a marker for the caller’s address' };
  if (seen.includes('unknown'))
    return { question, answer: 'no', detail: 'a caller can make its address unknown to vend' };
  const untried = trials.untried.filter((name) => headerOf(name, plain)?.isAddress);
  if (untried.length > 0)
    return {
      question,
      answer: 'unknown',
      detail: `${untried.join(', ')}: a request that writes it was not answered, and vend may judge by it`,
    };
  const isOther = seen.includes('other');
  if (isOther && !hasAddress)
    return {
      question,
      answer: 'unknown',
      detail: 'vend took no marker for the address; --address says whether it is yours or that of a gateway',
    };
  const detail = isOther ? 'vend saw another address than yours' : 'vend took no marker for the address';
  return { question, answer: isOther ? 'no' : 'yes', detail };
}

function answerHost({ plain, marked }: ArrivalTrials): LiveAnswer {
  const arrives = [plain, ...marked].every(({ host }) => host);
  const detail = arrives
    ? 'vend saw the host of the public URL'
    : 'vend saw another host than that of the public URL';
  return { question: 'host', answer: arrives ? 'yes' : 'no', detail };
}

export const answerArrival = (trials: ArrivalTrials): readonly LiveAnswer[] => [
  answerHeader(trials),
  answerForged(trials),
  answerHost(trials),
];
