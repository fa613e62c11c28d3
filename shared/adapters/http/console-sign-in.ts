// Turns STS credentials into a link that signs a browser in to the Alibaba Cloud console. The credentials travel in the
// body of one request to the configured endpoint, never in a URL; the link works once, for 30 seconds.
// Help: "Use STS tokens to access the console", GetSigninToken and Login.
import * as z from 'zod';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { Secret } from '../../kernel/secret.ts';
import type { ConsoleSignIn } from '../../people/console-port.ts';
import { BodyTooLarge, fetchWithin } from './fetch-within.ts';

/** A person waits in an empty tab. */
const DEADLINE_MS = 8_000;
/** An answer is a few hundred characters. */
const MAX_ANSWER_BYTES = 16_384;

const Answer = z.object({ SigninToken: z.string().min(1) });

export interface ConsoleSettings {
  readonly signinEndpoint: string;
  /** Where the console opens if the person asks for no other page; Alibaba Cloud accepts only its own addresses. */
  readonly consoleUrl: string;
  /** Where the console sends people whose console session has ended. */
  readonly returnUrl: string;
  /** For tests, which must not wait. */
  readonly deadlineMs?: number;
}

type Token = Result<string, 'console-refused' | 'console-unreachable'>;

async function readToken(response: Response): Promise<Token> {
  if (!response.ok) return err('console-refused');
  const answer = readJson(Answer, await response.text());
  return answer ? ok(answer.SigninToken) : err('console-refused');
}

async function askForToken(
  { signinEndpoint, deadlineMs = DEADLINE_MS }: ConsoleSettings,
  form: Readonly<Record<string, string>>,
): Promise<Token> {
  const request = {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(form),
  };
  try {
    const bounds = { deadlineMs, maxBytes: MAX_ANSWER_BYTES };
    return await readToken(await fetchWithin(signinEndpoint, request, bounds));
  } catch (error) {
    return err(error instanceof BodyTooLarge ? 'console-refused' : 'console-unreachable');
  }
}

/**
 * The port to the console's sign-in. `console-refused`: the endpoint answered, but gave no token;
 * `console-unreachable`: no answer came in time.
 */
export function createConsoleSignIn(settings: ConsoleSettings): ConsoleSignIn {
  const { signinEndpoint, consoleUrl, returnUrl } = settings;
  return {
    async link({ accessKeyId, accessKeySecret, securityToken }, destination) {
      const token = await askForToken(settings, {
        Action: 'GetSigninToken',
        AccessKeyId: accessKeyId,
        AccessKeySecret: accessKeySecret.reveal(),
        SecurityToken: securityToken.reveal(),
        TicketType: 'mini',
      });
      if (!token.ok) return token;
      const link = new URL(signinEndpoint);
      link.search = new URLSearchParams({
        Action: 'Login',
        LoginUrl: returnUrl,
        Destination: destination ?? consoleUrl,
        SigninToken: token.value,
      }).toString();
      return ok(new Secret(link.href));
    },
  };
}
