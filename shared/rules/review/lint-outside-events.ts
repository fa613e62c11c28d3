// A condition on the ref of a GitHub Actions run that does not ask for which event it ran. For pull_request_target,
// workflow_run, issue_comment and others, the ref is the default branch whoever caused the run: the preset then puts it
// in no group of the ref, and a condition sees the claim as it is.
import { compileCondition } from '../conditions/compile-condition.ts';
import type { GrantEntry } from '../document/document.ts';
import type { Provider } from '../document/provider.ts';
import { isGithubIssuer } from '../providers/presets/github-actions.ts';
import type { LintFinding } from './lint.ts';

/** What tells of the ref, or of its protection; `sub` of a token ends with it. */
const CLAIMS_OF_REF: ReadonlySet<string> = new Set(['ref', 'ref_protected', 'ref_type', 'sub']);
/** GitHub starts a job for an environment only when that one's own rules let it, whatever the event. */
const CLAIMS_THAT_SETTLE = ['event_name', 'environment'];

const isOfGithub = (provider: Provider | undefined): boolean =>
  provider?.kind === 'oidc' && (provider.preset === 'github-actions' || isGithubIssuer(provider.issuer));

export function lintOutsideEvents(
  { to, when }: Pick<GrantEntry, 'to' | 'when'>,
  providers: ReadonlyMap<string, Provider>,
): readonly LintFinding[] {
  // The groups that the preset makes settle it too.
  if (when === undefined || 'group' in to || !isOfGithub(providers.get(to.provider))) return [];
  const condition = compileCondition(when);
  const claims = condition.ok ? condition.value.claims : [];
  const named = claims.find((claim) => CLAIMS_OF_REF.has(claim));
  if (named === undefined || CLAIMS_THAT_SETTLE.some((claim) => claims.includes(claim))) return [];
  return [
    {
      code: 'ref-without-event',
      path: ['when'],
      message: `${named} is the default branch also in runs that an outsider caused, such as pull_request_target and issue_comment: grant to the group …/ref:<ref>, or compare claims.event_name too`,
    },
  ];
}
