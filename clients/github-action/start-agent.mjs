// Starts `stint agent` beside the later steps, for jobs that outlive their credentials. The program is the deployment's own command
// line, and is run only if it has the digest that the workflow names: a deployment that was taken over could otherwise run
// what it likes on every runner. A composite action has no step after the job; the runner itself ends, with the job, every
// process that has RUNNER_TRACKING_ID in its environment, as the agent has.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from './ask.mjs';
import { mask } from './runner.mjs';

/** The agent takes the role before it says where it is. */
const START_MS = 120_000;
const SECRET = /^[\w-]{32,128}$/;
const LOCAL_URI = /^http:\/\/127\.0\.0\.1:\d{1,5}\/\{secret\}\/[\w%.~-]+$/;

const refuse = (fault) => ({ ok: false, fault });

/** Gives the path of the program, in a folder that is this user's alone. */
async function fetchProgram(url, sha256, folder) {
  const answer = await ask(`${url}/cli/stint.tgz`);
  if (answer?.status !== 200)
    return refuse(`${url}/cli/stint.tgz cannot be fetched: does the deployment have a portal?`);
  const digest = createHash('sha256').update(answer.bytes).digest('hex');
  if (digest !== sha256)
    return refuse(
      `${url}/cli/stint.tgz has the SHA-256 ${digest}, and cli-sha256 is ${sha256}. If the deployment was updated, take the new one from SHA256SUMS of its release; otherwise tell its operator`,
    );
  writeFileSync(join(folder, 'stint.tgz'), answer.bytes);
  // A name without a folder: tar takes a colon, as in C:, for another machine.
  execFileSync('tar', ['-xzf', 'stint.tgz'], { cwd: folder, stdio: 'ignore' });
  const { bin } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'));
  return { ok: true, value: join(folder, 'package', bin.stint) };
}

/** What the agent prints when programs can ask it; undefined when it ends before. */
function firstOutput(child) {
  return new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => child.kill(), START_MS);
    const end = (value) => {
      clearTimeout(timer);
      resolve(value);
    };
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      if (text.endsWith('}\n')) end(text);
    });
    child.once('error', () => end(undefined));
    child.once('close', () => end(undefined));
  });
}

/** The job's identity alone counts: a token that the workflow sets for something else does not. */
function agentEnvironment(folder, audience) {
  const { STINT_TOKEN: _token, STINT_ID_TOKEN: _idToken, ...env } = process.env;
  return { ...env, STINT_AUDIENCE: audience, XDG_STATE_HOME: folder };
}

/** @returns `ok` and the URI of the agent, with its secret, which is masked by then; or a fault without it. */
export async function startAgent({ url, role, audience, sha256 }) {
  if (!process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
    return refuse(
      'the job may not ask GitHub for an id token. Write “permissions: { id-token: write, contents: read }” at the job',
    );
  const folder = mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'stint-'));
  const program = await fetchProgram(url, sha256, folder);
  if (!program.ok) return program;
  const log = join(folder, 'agent.log');
  const child = spawn(process.execPath, [program.value, 'agent', '--url', url, '--json', '--', role], {
    cwd: folder,
    env: agentEnvironment(folder, audience),
    detached: true,
    // With the step's own output the step would last as long as the agent.
    stdio: ['ignore', 'pipe', openSync(log, 'wx', 0o600)],
  });
  const output = await firstOutput(child);
  if (output === undefined) return refuse(`the agent does not start: ${readFileSync(log, 'utf8').trim()}`);
  child.stdout.destroy();
  child.unref();
  const { secretFile, roles } = JSON.parse(output);
  const secret = readFileSync(secretFile, 'utf8');
  const uri = roles[0].credentialsUri;
  if (!SECRET.test(secret) || !LOCAL_URI.test(uri)) return refuse('the agent does not say where it is');
  mask(secret);
  return { ok: true, value: uri.replace('{secret}', secret) };
}
