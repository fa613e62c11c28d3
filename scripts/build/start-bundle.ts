// The file that Function Compute starts: runs the bundle beside it, from V8's code cache when that fits.
// Parsing and compiling 1.5 MB is most of a cold start. The cache of another version of V8 is ignored.
import { existsSync, readFileSync } from 'node:fs';
import { codeCacheFile, compileBundle, runBundle } from './bundle-script.ts';

const cache = codeCacheFile(__dirname);
runBundle(compileBundle(__dirname, existsSync(cache) ? readFileSync(cache) : undefined), __dirname);
