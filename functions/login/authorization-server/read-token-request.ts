// What comes to an endpoint that a command line calls itself: a form, of our one client, without a password. What a
// browser could send along counts for nothing here.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { CLIENT_ID } from '../paths/oauth-paths.ts';
import type { LoginContext } from '../request/login-env.ts';
import { isForm } from '../request/read-request.ts';
import type { TokenFault } from '../request/token-fault.ts';
import { type Parameters, readParameters } from './read-parameters.ts';

/** Longer than any code or token of ours. */
const MAX_FORM_CHARACTERS = 8_192;

export async function readTokenRequest(c: LoginContext): Promise<Result<Parameters, TokenFault>> {
  const refuse = (error: 'invalid_request' | 'invalid_client', reason: string) => err({ error, reason });
  if (!isForm(c)) return refuse('invalid_request', 'media-type');
  const body = await c.req.text();
  if (body.length > MAX_FORM_CHARACTERS) return refuse('invalid_request', 'body-too-large');
  const parameters = readParameters(body);
  if (!parameters) return refuse('invalid_request', 'parameter-twice');
  return parameters['client_id'] === CLIENT_ID ? ok(parameters) : refuse('invalid_client', 'client-unknown');
}
