// Vended credentials in the formats of `stint credentials`: the portal's, for people to paste, and the aliyun CLI's.
import {
  CREDENTIAL_FORMATS,
  formatCredentials,
  type ShownCredentials,
} from '../../../shared/people/credential-formats.ts';
import { formatJson } from '../base/terminal-text.ts';

export const OUTPUT_FORMATS = [...CREDENTIAL_FORMATS, 'credential-process'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** A profile of mode External of the aliyun CLI reads this shape from its process_command. */
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
