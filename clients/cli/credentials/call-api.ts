// Calls vend's API as the person who is signed in, and explains a refusal. vend alone decides.
import * as z from 'zod';
import { createVendClient } from '../../../shared/adapters/http/vend-client.ts';
import type { VendCall } from '../../../shared/http/vend-call.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, EXIT, serviceFailed } from '../base/command-fault.ts';
import { unreachable } from '../base/explain-unreachable.ts';
import type { DeploymentSession } from '../sessions/deployment-session.ts';

/** Whose token a call shows: that of a sign-in at the deployment, or one that the deployment takes from another issuer. */
export interface ApiCaller {
  readonly url: DeploymentSession['url'];
  readonly tokens: Pick<DeploymentSession['tokens'], 'access'> &
    Partial<Pick<DeploymentSession['tokens'], 'endsAt'>>;
  /** Undefined unless the token is that of a sign-in. */
  readonly signIn?: DeploymentSession['signIn'];
  /** Where the token comes from, for messages; undefined for a sign-in. */
  readonly proof?: string;
}

const HTTP_OK = 200;
const TOO_MANY = 429;
const SERVER_ERROR = 500;

const Problem = z.object({ code: z.string(), title: z.string(), detail: z.string(), requestId: z.string() });

/** By the problem's code, where vend's own text is meant for programs and not for a person at a terminal. */
const WORDS: ReadonlyMap<string, CommandFault> = new Map(
  Object.entries({
    invalid_token: {
      message: 'the sign-in is not accepted any more: run stint login again',
      exitCode: EXIT.refused,
    },
    step_up_required: {
      message:
        'this needs a stronger or fresher sign-in: run stint login --fresh, and use your second factor there',
      exitCode: EXIT.refused,
    },
    access_denied: {
      message: 'no grant gives you this: stint roles shows what you may take',
      exitCode: EXIT.refused,
    },
    duration_too_long: {
      message: 'the duration is too long: stint roles shows the longest of each role',
      exitCode: EXIT.usage,
    },
    invalid_request: {
      message: 'the request is malformed: check the role’s name and the duration',
      exitCode: EXIT.usage,
    },
    rate_limited: { message: 'too many requests: wait a few seconds', exitCode: EXIT.service },
  }),
);

/** As WORDS, where the caller is not signed in but shows a token of another issuer. */
const WORDS_FOR_TOKENS: ReadonlyMap<string, (proof: string) => string> = new Map(
  Object.entries({
    invalid_token: (proof) =>
      `the deployment does not accept ${proof}: check its audience, its age, and the providers of the deployment`,
    step_up_required: (proof) => `${proof} is too old or too weak for this`,
  } satisfies Readonly<Record<string, (proof: string) => string>>),
);

function wordsFor(code: string, proof: string | undefined): CommandFault | undefined {
  const words = WORDS.get(code);
  const forToken = proof === undefined ? undefined : WORDS_FOR_TOKENS.get(code)?.(showable(proof));
  return words && forToken !== undefined ? { ...words, message: forToken } : words;
}

/** The platform, or a gateway, that answers in Stint's place while there are too many requests or an instance has ended. */
const isOfPlatform = (status: number): boolean => status === TOO_MANY || status >= SERVER_ERROR;

function explain(
  { status, body }: { readonly status: number; readonly body: unknown },
  { url, proof }: Pick<ApiCaller, 'url' | 'proof'>,
): { readonly ok: false; readonly error: CommandFault } {
  const problem = Problem.safeParse(body).data;
  if (!problem && isOfPlatform(status))
    return serviceFailed(`${url} cannot answer now (status ${status}): try again in a moment`);
  if (!problem) return serviceFailed(`${url} gave an answer that is not Stint’s: check the URL`);
  const { code, title, detail, requestId } = problem;
  const words = wordsFor(code, proof) ?? { message: showable(`${title}. ${detail}`), exitCode: EXIT.service };
  return err({ ...words, message: `${words.message} (request ${showable(requestId)})` });
}

/** Fails when the deployment does not answer, refuses, or gives an answer of another shape. */
export async function callApi<T>(
  caller: ApiCaller,
  call: VendCall,
  shape: z.ZodType<T>,
): Promise<Result<T, CommandFault>> {
  const { url, tokens } = caller;
  const answer = await createVendClient(url).call(tokens.access, call);
  if (!answer.ok) return unreachable(url, answer.error === 'vend-untrusted');
  const body = answer.value.body.reveal();
  const { status, retryAfterSeconds } = answer.value;
  if (status !== HTTP_OK) {
    const { error } = explain({ status, body }, caller);
    return err(retryAfterSeconds === undefined ? error : { ...error, retryAfterSeconds });
  }
  const parsed = shape.safeParse(body);
  return parsed.success ? ok(parsed.data) : explain({ status, body: undefined }, caller);
}
