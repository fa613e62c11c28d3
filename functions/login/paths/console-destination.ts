// The page of the console that a person asks to arrive at. A link to the portal can name any page, so this is the one place
// that decides which pages a sign-in may lead to. Help, "Use STS tokens to access the console": Destination must be an
// address of Alibaba Cloud.
import type { ConsoleDestination } from '../../../shared/people/console-port.ts';
import { MAX_DESTINATION_CHARACTERS } from './page-paths.ts';

/**
 * Alibaba Cloud's own console, in China and elsewhere. Not all of aliyun.com and aliyuncs.com: there, customers publish pages
 * and buckets of their own.
 */
export const CONSOLE_DOMAINS = ['console.aliyun.com', 'console.alibabacloud.com'] as const;

/**
 * https, a host name of ASCII letters with no user, no port and no dot at its end, and then printable ASCII without a backslash.
 * Browsers and servers read such an address alike; they differ on backslashes, control characters and other scripts.
 */
const PLAIN_ADDRESS = /^https:\/\/(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,63}(?=[/?#]|$)[!-[\]-~]*$/i;
const PLAIN_REST = /^[!-[\]-~]*$/;

const isOnConsole = (text: string): boolean =>
  PLAIN_ADDRESS.test(text) && CONSOLE_DOMAINS.some((domain) => new URL(text).hostname.endsWith(`.${domain}`));

/** On the origin that the operator configured: the local cloud's, or a console of another domain. */
function isOnOwnConsole(text: string, consoleUrl: string): boolean {
  const { origin } = new URL(consoleUrl);
  return text === origin || (text.startsWith(`${origin}/`) && PLAIN_REST.test(text));
}

/**
 * Takes the address as a query or a form has it. Gives it as browsers write it, or undefined: not a page of the console, or too
 * long. `consoleUrl`: STINT_CONSOLE_URL, whose origin counts too.
 */
export function parseConsoleDestination(text: string, consoleUrl: string): ConsoleDestination | undefined {
  if (!isOnConsole(text) && !isOnOwnConsole(text, consoleUrl)) return undefined;
  const { href } = new URL(text);
  return new URLSearchParams({ to: href }).toString().length <= MAX_DESTINATION_CHARACTERS
    ? (href as ConsoleDestination)
    : undefined;
}
