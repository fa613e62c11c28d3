// What `stint doctor --live` asks the deployment itself: what it answers to a page that no provider names, and how requests come
// through what stands in front of it. For the latter it marks the headers that may have a caller's address, as a caller who lies
// about it would, and vend tells an administrator what arrived.
import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { fetchWithin } from '../../../shared/adapters/http/fetch-within.ts';
import { createVendClient } from '../../../shared/adapters/http/vend-client.ts';
import {
  type ArrivalTrials,
  answerArrival,
  DescribedArrival,
} from '../../../shared/checks/answer-arrival.ts';
import { answerCors, type LiveAnswer } from '../../../shared/checks/live-questions.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { ApiCaller } from '../credentials/call-api.ts';

const BOUNDS = { deadlineMs: 10_000, maxBytes: 100_000 };
/** No page has this origin: RFC 2606 keeps `.invalid` free. */
const STRANGE_ORIGIN = 'https://stint-doctor.invalid';
/** Headers that let a page do something (Fetch standard, CORS protocol). */
const ALLOWS = /^access-control-(?:allow|expose)-/;

/** A preflight, and a request without one: what stands in front may add headers to either. */
export async function askCors(publicUrl: string): Promise<LiveAnswer> {
  const path = `${publicUrl}/v1/credentials`;
  const preflight = { origin: STRANGE_ORIGIN, 'access-control-request-method': 'POST' };
  try {
    const answers = [
      await fetchWithin(path, { method: 'OPTIONS', headers: preflight }, BOUNDS),
      await fetchWithin(path, { method: 'POST', headers: { origin: STRANGE_ORIGIN } }, BOUNDS),
    ];
    const names = answers.flatMap(({ headers }) => [...headers.keys()].filter((name) => ALLOWS.test(name)));
    return answerCors([...new Set(names)]);
  } catch {
    return { question: 'cors', answer: 'unknown', detail: `${publicUrl} does not answer` };
  }
}

type Headers = Readonly<Record<string, string>>;

/** Networks for documentation: RFC 5737, RFC 3849. Some gateways read addresses of one kind alone. Without a zero, there is one spelling. */
const createMarkers = (): readonly [string, string] => [
  `203.0.113.${randomInt(1, 255)}`,
  `2001:db8:${Array.from({ length: 6 }, () => randomInt(0x1000, 0x10000).toString(16)).join(':')}`,
];

/** Function Compute documents that clients may not send these: it may refuse the request, and not only the header. */
const PLATFORM_PREFIX = 'x-fc-';
/** Never sent with a marker, whatever the deployment names: they make the request what it is. */
const NOT_MARKED =
  /^(?:host|authorization|cookie|dpop|origin|te|trailer|upgrade|expect|connection|content-.*|transfer-.*|sec-.*|proxy-.*)$/;
const NAME = /^[a-z0-9-]{1,64}$/;

/** RFC 7239 has parameters in its header, and IPv6 addresses quoted in brackets. */
const valueFor = (name: string, marker: string): string =>
  name !== 'forwarded' ? marker : marker.includes(':') ? `for="[${marker}]"` : `for=${marker}`;

const markAll = (names: readonly string[], marker: string): Headers =>
  Object.fromEntries(names.map((name) => [name, valueFor(name, marker)]));

const Explained = z.object({ arrival: DescribedArrival });
const Problem = z.object({ code: z.string() });

/** By the code of vend's refusal. */
const REFUSALS: Readonly<Record<string, string>> = {
  invalid_token: 'vend does not accept the token any more: run stint login again',
  access_denied: 'it needs a sign-in with a grant of the permission explain',
  step_up_required: 'the permission explain needs a stronger or fresher sign-in: run stint login --fresh',
  invalid_request: 'vend is older than this command, and cannot say: deploy',
};

/** vend looks for no role of this name: the answer's other parts are not read. */
const NO_ROLE = 'stint-doctor';

interface Unasked {
  readonly detail: string;
  /** Whether something in front of vend refused the request for what is in it. */
  readonly isRefusedInFront: boolean;
}
type Ask = (marker: string, headers: Headers) => Promise<Result<DescribedArrival, Unasked>>;

const REFUSED_IN_FRONT: readonly number[] = [400, 403];

/** Gives what vend says of one request, or why it says nothing. */
function createAsk({ url, tokens }: ApiCaller, address: string | undefined): Ask {
  const client = createVendClient(url);
  return async (marker, headers) => {
    const arrival = { marker, ...(address === undefined ? {} : { address }) };
    const call = { path: '/v1/explain', body: { role: NO_ROLE, arrival }, headers } as const;
    const answer = await client.call(tokens.access, call);
    if (!answer.ok) return err({ detail: `${url} does not answer as vend does`, isRefusedInFront: false });
    const body = answer.value.body.reveal();
    const read = Explained.safeParse(body);
    if (read.success) return ok(read.data.arrival);
    const code = Problem.safeParse(body).data?.code;
    const { status } = answer.value;
    return err({
      detail: REFUSALS[code ?? ''] ?? `${url} answers with status ${status}: try again`,
      isRefusedInFront: code === undefined && REFUSED_IN_FRONT.includes(status),
    });
  };
}

async function tryArrival(ask: Ask, hasAddress: boolean): Promise<Result<ArrivalTrials, Unasked>> {
  const markers = createMarkers();
  const plain = await ask(markers[0], {});
  if (!plain.ok) return plain;
  // vend says which headers it looks at: a header that is set there may be in no list of this version.
  const names = plain.value.headers
    .map(({ name }) => name)
    .filter((name) => NAME.test(name) && !NOT_MARKED.test(name));
  const platform = names.filter((name) => name.startsWith(PLATFORM_PREFIX));
  const others = names.filter((name) => !platform.includes(name));
  const marked: DescribedArrival[] = [];
  for (const marker of markers) {
    const one = await ask(marker, markAll(others, marker));
    if (!one.ok) return err({ ...one.error, detail: `with marked headers: ${one.error.detail}` });
    marked.push(one.value);
  }
  const ofPlatform = await ask(markers[0], markAll(platform, markers[0]));
  const isTried = ofPlatform.ok || ofPlatform.error.isRefusedInFront;
  const unmarked = plain.value.headers.map(({ name }) => name).filter((name) => !names.includes(name));
  return ok({
    plain: plain.value,
    marked: ofPlatform.ok ? [...marked, ofPlatform.value] : marked,
    untried: isTried ? unmarked : [...unmarked, ...platform],
    hasAddress,
  });
}

/** `address`: the caller's own, where the person knows it. */
export async function askArrival(
  caller: ApiCaller,
  address: string | undefined,
): Promise<readonly LiveAnswer[]> {
  const trials = await tryArrival(createAsk(caller, address), address !== undefined);
  return trials.ok ? answerArrival(trials.value) : unknownArrival(trials.error.detail);
}

export const unknownArrival = (detail: string): readonly LiveAnswer[] =>
  (['address-header', 'address-forged', 'host'] as const).map((question) => ({
    question,
    answer: 'unknown',
    detail,
  }));
