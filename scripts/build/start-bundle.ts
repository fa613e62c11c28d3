// The file that Function Compute starts: runs the bundle beside it, from V8's code cache when that fits.
// Parsing and compiling it is most of a cold start. V8 ignores the cache of another version of itself, of other flags, or a damaged
// one, and says so: the function logs it (shared/http/start-function.ts).
import { existsSync, readFileSync } from 'node:fs';
import { codeCacheFile, compileBundle, runBundle } from './bundle-script.ts';

const cache = codeCacheFile(__dirname);
const cached = existsSync(cache) ? readFileSync(cache) : undefined;
const script = compileBundle(__dirname, cached);
if (cached !== undefined) process.env['CODE_CACHE'] = script.cachedDataRejected ? 'rejected' : 'accepted';
runBundle(script, __dirname);
