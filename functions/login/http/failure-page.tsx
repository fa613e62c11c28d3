// A failure, said to a person. The words are constant for each code: nothing of the request comes back, and nothing of
// why an identity provider's answer was refused.
import type { SignOnFailure, SignOnFailureCode } from '../../../shared/errors.ts';
import type { LoginDeps } from '../deps.ts';
import { Layout } from '../portal/layout.tsx';
import type { LoginContext } from './login-env.ts';

interface Words {
  readonly status: 400 | 403 | 404 | 405 | 413 | 500 | 503;
  readonly title: string;
  readonly advice: string;
}

const WORDS = {
  sign_on_ended: {
    status: 400,
    title: 'This sign-in has ended',
    advice: 'It took too long, was finished before, or began in another browser. Start again.',
  },
  sign_on_refused: {
    status: 403,
    title: 'You could not be signed in',
    advice:
      'Your company’s sign-in did not vouch for you in a way that can be accepted. Start again, or ask your administrator.',
  },
  idp_unavailable: {
    status: 503,
    title: 'Your company’s sign-in is not answering',
    advice: 'Nothing is wrong with your account. Try again in a few minutes.',
  },
  logout_refused: {
    status: 400,
    title: 'The sign-out was not accepted',
    advice: 'Sign out from the portal instead.',
  },
  form_refused: {
    status: 403,
    title: 'This form is out of date',
    advice: 'Nothing was done. Go back to the portal and try again from there.',
  },
  not_found: { status: 404, title: 'There is nothing here', advice: 'Go to the portal.' },
  method_not_allowed: { status: 405, title: 'There is nothing here', advice: 'Go to the portal.' },
  too_large: { status: 413, title: 'That was too much', advice: 'Go to the portal.' },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side',
    advice:
      'Nothing was done. Try again, and give the number below to your administrator if it happens again.',
  },
  store_unavailable: {
    status: 503,
    title: 'The service cannot be reached right now',
    advice: 'Nothing was done. Try again in a moment.',
  },
  audit_unavailable: {
    status: 503,
    title: 'The service cannot be reached right now',
    advice: 'Nothing was done. Try again in a moment.',
  },
} as const satisfies Record<SignOnFailureCode, Words>;

/** Seconds; a fail-over takes about this long. */
const RETRY_AFTER = '5';

export function failurePage(c: LoginContext, failure: SignOnFailure, { logger, publicUrl }: LoginDeps) {
  const { code, reason, cause = '' } = failure;
  const { status, title, advice } = WORDS[code];
  const requestId = c.get('requestId');
  logger.log(status >= 500 ? 'error' : 'info', 'refused', { requestId, code, reason, cause });
  if (status === 503) c.header('retry-after', RETRY_AFTER);
  return c.html(
    <Layout title={title} nonce={c.get('secureHeadersNonce')}>
      <h1>{title}</h1>
      <p>{advice}</p>
      <p>
        <a href={`${publicUrl}/portal`}>Go to the portal</a>
      </p>
      <p>
        <small>{requestId}</small>
      </p>
    </Layout>,
    status,
  );
}
