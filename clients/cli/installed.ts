#!/usr/bin/env node
// The start of the installed package: `npm run build` bundles it, see scripts/build/cli-package.ts. Programs run
// `stint credentials` before each call, so credentials that an earlier run kept are printed from here, by a small CommonJS file:
// Node.js starts it in half the time of an ES module with other modules. All else is the whole program's.
import { answerFromCache } from './answer-from-cache.ts';

const WHOLE_PROGRAM = './program.mjs';

const context = { env: process.env, folder: process.cwd() };
if (!answerFromCache(process.argv.slice(2), context)) void import(WHOLE_PROGRAM);
