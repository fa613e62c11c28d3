// CircleCI (circleci.com/docs: using OpenID Connect tokens in jobs). Each organization has an issuer of its own. Every id is a
// UUID. A group stands for a context, which CircleCI gives only to jobs that the context's restrictions let in.
import { err, ok } from '../../../kernel/result.ts';
import { isUuid, UUID } from './ids.ts';
import { claimOf, type Preset } from './preset.ts';
import { repositoryNames } from './repository-names.ts';

const ISSUER = new RegExp(`^https://oidc\\.circleci\\.com/org/(${UUID})$`);

const NAMES = repositoryNames(
  'organization',
  'project',
  { context: 'ref' },
  { owner: UUID, repository: UUID },
);

export const CIRCLECI: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    ISSUER.test(issuer) ? undefined : 'write https://oidc.circleci.com/org/<organization id>',
  // The default audience is the organization's id, in the token that every job has.
  isSharedAudience: (audience, issuer) => audience === ISSUER.exec(issuer)?.[1],
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, { issuer }) {
    const organization = ISSUER.exec(issuer)?.[1];
    const project = claimOf(claims, 'oidc.circleci.com/project-id');
    const sub = claimOf(claims, 'sub');
    if (organization === undefined || !isUuid(project)) return err('subject-unusable');
    // The same two ids, as `org/<id>/project/<id>/user/<id>`, with more behind them in tokens of the second version.
    if (typeof sub !== 'string' || !sub.startsWith(`org/${organization}/project/${project}/`))
      return err('subject-unusable');
    const subject = NAMES.subject(organization, project);
    const contexts = claimOf(claims, 'oidc.circleci.com/context-ids') ?? [];
    if (!Array.isArray(contexts) || !contexts.every(isUuid)) return err('groups-unusable');
    return ok({ subject, groups: contexts.map((context) => `${subject}/context:${context}`) });
  },
};
