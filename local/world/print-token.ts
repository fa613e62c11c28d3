// npm run --silent local:token -- alice: prints an ID token of a demo person and nothing else.

import { DEMO_PEOPLE, findPerson } from '../demo/people.ts';
import { signInPerson } from '../idp/sign-in-person.ts';
import { readRunningWorld, stateDirOf } from './state-dir.ts';

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

async function printToken(sub: string | undefined): Promise<void> {
  const names = DEMO_PEOPLE.map((person) => person.sub).join(', ');
  if (sub === undefined) return fail(`Whose token? Name one of: ${names}.`);
  if (findPerson(sub) === undefined) return fail(`There is no demo person "${sub}". Name one of: ${names}.`);
  const world = readRunningWorld(stateDirOf(process.env));
  if (world === undefined) return fail('The local cloud is not running. Start it with: npm start');
  try {
    process.stdout.write(`${await signInPerson(world.issuer, world.audience, sub)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fail(`No token from ${world.issuer} (${reason}). Is npm start still running?`);
  }
}

await printToken(process.argv[2]);
