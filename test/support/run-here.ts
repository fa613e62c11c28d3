// Runs lines of a document in a shell of this machine, as their reader would.
import { execFile } from 'node:child_process';

/** What they print. Throws where they fail, with all that they said. `env`: in place of this process's own. */
export function runHere(
  lines: string,
  folder: string = process.cwd(),
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-e', '-c', lines], { cwd: folder, env }, (error, out, notes) => {
      if (error) reject(new Error(`${error.message}\n${out}\n${notes}`));
      else resolve(out);
    });
  });
}
