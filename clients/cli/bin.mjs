#!/usr/bin/env node
// Runs the TypeScript sources from the clone; holds no logic of its own.
import { register } from 'tsx/esm/api';

register();
const { start } = await import('./main.ts');
process.exitCode = await start(process.argv.slice(2));
