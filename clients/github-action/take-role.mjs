// The step of the action: takes the role by the job's id token and gives its credentials to the later steps. Whatever a server
// answers, it reaches the log and the runner's files only after parse-answer.mjs has checked it, and secrets are masked first.
import { exportAgentUri, exportCredentials } from './export-credentials.mjs';
import { readInputs } from './read-inputs.mjs';
import { note, setOutput, writeCommand } from './runner.mjs';
import { startAgent } from './start-agent.mjs';
import { vendForJob } from './vend-for-job.mjs';

/** @returns {Promise<string | undefined>} why the role was not taken; it holds no secret. */
async function takeRole() {
  const inputs = readInputs(process.env);
  if (!inputs.ok) return inputs.fault;
  const { role } = inputs.value;
  if (inputs.value.refresh) {
    const agent = await startAgent(inputs.value);
    if (!agent.ok) return agent.fault;
    const fault = exportAgentUri(inputs.value, agent.value);
    if (fault === undefined) note(`serving the role ${role} until the job ends`);
    return fault;
  }
  const vended = await vendForJob(inputs.value);
  if (!vended.ok) return vended.fault;
  const { accessKeyId, expiration, requestId } = vended.value;
  const fault = exportCredentials(inputs.value, vended.value);
  if (fault !== undefined) return fault;
  setOutput('access-key-id', accessKeyId);
  setOutput('expiration', expiration);
  setOutput('request-id', requestId);
  note(`took the role ${role} until ${expiration} (request ${requestId})`);
  return undefined;
}

/** The text of an exception could hold what a server sent. */
const fault = await takeRole().catch(
  (error) => `the action failed (${error?.code ?? error?.name ?? 'Error'})`,
);
if (fault !== undefined) {
  writeCommand('error title=Stint', fault);
  process.exitCode = 1;
}
