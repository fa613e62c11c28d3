// GET /cli/stint.tgz: the package of the command line, of the version that is deployed. People install it from the deployment that
// they use, so that no registry stands between, and no person installs what a stranger has published by a like name.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CommandLinePackage, LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';

/** Reads the file once, with the first request: most instances are never asked for it. */
export function readCommandLine(file: string): () => CommandLinePackage {
  let kept: CommandLinePackage | undefined;
  return () => {
    if (kept === undefined) {
      const bytes = new Uint8Array(readFileSync(file));
      kept = { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
    }
    return kept;
  };
}

/** RFC 9110 section 13.1.2: weak comparison. */
const isAmong = (etag: string, header: string | undefined): boolean =>
  header?.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim())) === true;

/** The address is the same for every version, so caches ask each time whether theirs is still the deployed one. */
export const serveCommandLine = (deps: LoginDeps) => (c: LoginContext) => {
  const { bytes, etag } = deps.commandLine();
  const headers = { etag, 'cache-control': 'public, no-cache' };
  if (isAmong(etag, c.req.header('if-none-match'))) return c.body(null, 304, headers);
  return c.body(bytes, 200, { ...headers, 'content-type': 'application/gzip' });
};
