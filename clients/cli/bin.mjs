#!/usr/bin/env node
// Runs the TypeScript sources from the clone; holds no logic of its own.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
