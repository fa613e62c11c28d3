// Vended credentials as `stint credentials` prints them: what people paste, and what the aliyun CLI takes from a program.
import {
  CREDENTIAL_FORMATS,
  formatCredentials,
  type ShownCredentials,
} from '../../../shared/people/credential-formats.ts';
import { formatJson } from '../base/terminal-text.ts';

export const OUTPUT_FORMATS = [...CREDENTIAL_FORMATS, 'credential-process'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Mode External of the aliyun CLI reads a profile of this shape from its process_command. */
const asProcessAnswer = ({ accessKeyId, accessKeySecret, securityToken }: ShownCredentials): string =>
  formatJson({
    mode: 'StsToken',
    access_key_id: accessKeyId,
    access_key_secret: accessKeySecret,
    sts_token: securityToken,
  });

export function formatOutput(
  credentials: ShownCredentials,
  format: OutputFormat,
  about: { readonly role: string; readonly region: string },
): string {
  return format === 'credential-process'
    ? asProcessAnswer(credentials)
    : formatCredentials(credentials, about)[format];
}
