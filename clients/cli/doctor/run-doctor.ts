// `stint doctor`: says what is wrong with a deployment, and what to do about it. It changes nothing.
import { type CheckFinding, FINDING_KINDS } from '../../../shared/checks/finding.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { noteUnusedProxy } from '../base/use-proxies.ts';
import { REAL_NETWORK } from '../setup/check-domain.ts';
import { readDoctorSettings } from './doctor-settings.ts';
import { type DoctorMeans, type Examination, examine } from './examine.ts';
import { acceptsOldTls } from './look-over-network.ts';

export interface DoctorOptions {
  readonly env?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
}

const REAL_MEANS: DoctorMeans = { network: REAL_NETWORK, hasOldTls: acceptsOldTls };

/** Remedies are written for a page; a terminal shows no markup. */
const plain = (text: string): string => text.replaceAll('`', '');

function findingLines({ name, subject, detail }: CheckFinding): readonly string[] {
  const { severity, means, remedy } = FINDING_KINDS[name];
  return [
    `  ${severity}: ${name}: ${showable(subject)}: ${showable(detail)}`,
    `    ${plain(means)}`,
    `    ${plain(remedy)}`,
  ];
}

const count = (findings: readonly CheckFinding[], severity: 'error' | 'warning'): number =>
  findings.filter(({ name }) => FINDING_KINDS[name].severity === severity).length;

function report(examined: readonly Examination[], json: boolean, { out }: Terminal): void {
  if (json) {
    const checks = examined.map(({ name, findings }) => ({
      name,
      findings: findings.map((finding) => ({
        ...finding,
        severity: FINDING_KINDS[finding.name].severity,
        remedy: plain(FINDING_KINDS[finding.name].remedy),
      })),
    }));
    out(formatJson({ format: 1, checks }, 2));
    return;
  }
  for (const { name, findings } of examined) {
    out(`${findings.length === 0 ? 'ok' : '!!'}  ${name}`);
    for (const line of findings.flatMap(findingLines)) out(line);
  }
}

/** Exits with 1 for an error, and with `--strict` for a warning, too. */
export async function runDoctor(
  { env, json = false, strict = false }: DoctorOptions,
  terminal: Terminal,
  means: DoctorMeans = REAL_MEANS,
): Promise<ExitCode> {
  const settings = readDoctorSettings(env, terminal);
  if (!settings.ok) {
    terminal.note(settings.error.message);
    return settings.error.exitCode;
  }
  noteUnusedProxy(terminal);
  const examined = await examine(settings.value, means, (name) => terminal.note(`checking ${name} …`));
  report(examined, json, terminal);
  const findings = examined.flatMap((one) => one.findings);
  const [errors, warnings] = [count(findings, 'error'), count(findings, 'warning')];
  terminal.note(`${errors} errors, ${warnings} warnings`);
  return errors > 0 || (strict && warnings > 0) ? EXIT.document : EXIT.ok;
}
