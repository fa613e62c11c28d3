// One real vend through the front door: sign in, ask for a role, and show what came with its secrets shortened.
import * as z from 'zod';
import { signInPerson } from '../idp/sign-in-person.ts';
import type { RunningWorld } from './state-dir.ts';

const DEADLINE_MS = 20_000;
const SHOWN_CHARACTERS = 8;

const Vended = z.object({
  credentials: z.object({
    accessKeyId: z.string(),
    accessKeySecret: z.string(),
    securityToken: z.string(),
    expiration: z.string(),
  }),
  assumedRoleArn: z.string(),
  grant: z.string(),
  policy: z.unknown(),
});

const shortened = (secret: string): string =>
  `${secret.slice(0, SHOWN_CHARACTERS)}… (${secret.length} characters)`;

/** The lines to print. */
export async function vendOnce(
  world: RunningWorld,
  person: string,
  role: string,
): Promise<readonly string[]> {
  const token = await signInPerson(world.issuer, world.audience, person);
  const response = await fetch(`${world.url}/v1/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role }),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`the first vend was refused: ${response.status} ${JSON.stringify(body)}`);
  const { credentials, assumedRoleArn, grant, policy } = Vended.parse(body);
  return [
    `accessKeyId      ${credentials.accessKeyId}`,
    `accessKeySecret  ${shortened(credentials.accessKeySecret)}`,
    `securityToken    ${shortened(credentials.securityToken)}`,
    `expiration       ${credentials.expiration}`,
    `assumedRoleArn   ${assumedRoleArn}`,
    `grant            ${grant}`,
    `policy           ${JSON.stringify(policy)}`,
  ];
}
