// The origin of a web page (RFC 6454), as a browser writes it into a request and as an access document names it.
import * as z from 'zod';
import { parseEndpointUrl } from '../../kernel/endpoint-url.ts';

/** A DNS name has at most 253 characters; scheme and port come on top. */
const MAX_ORIGIN_CHARACTERS = 300;
/** An app has a handful; each request from a browser is compared with all of them. */
const MAX_ORIGINS = 50;

/**
 * Is the text written exactly as a browser sends it: no path, no default port, lower case? Origins are compared byte for
 * byte. The URL parser takes `*` for a letter of a host; here it would look like a wildcard and match nothing.
 */
export function isWebOrigin(text: string): boolean {
  return !text.includes('*') && parseEndpointUrl(text)?.origin === text;
}

const HELP =
  'write an origin as the browser sends it, such as https://app.example.com: https (http only for this machine), lower case, no path, no default port, no wildcard';

export const AllowedOrigins = z
  .array(z.string().max(MAX_ORIGIN_CHARACTERS).refine(isWebOrigin, HELP))
  .max(MAX_ORIGINS)
  .default([])
  .describe(
    'Web pages of these origins may call with tokens of this provider, and read the answers. Default: no pages.',
  );
