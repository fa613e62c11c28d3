// Vended credentials in the formats of `stint credentials`: the portal's, for people to paste, and those that programs read from
// the output of a command. What a program reads is one line of JSON.
//
// https://www.alibabacloud.com/help/en/cli/configure-credentials (External)
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
import { formatWholeSeconds } from '../../../shared/kernel/whole-seconds.ts';
import {
  CREDENTIAL_FORMATS,
  formatCredentials,
  type ShownCredentials,
} from '../../../shared/people/credential-formats.ts';
import { formatJson } from '../base/terminal-text.ts';
import type { TakenCredentials } from '../sessions/credential-cache.ts';

type Shape = (taken: TakenCredentials) => Readonly<Record<string, unknown>>;

const expirationOf = ({ expiration }: ShownCredentials): string => formatWholeSeconds(new Date(expiration));

/** Of the OSS SDK for Go and ossfs2, and with two members more of the URI protocol. */
const pascalCase: Shape = (taken) => ({
  AccessKeyId: taken.accessKeyId,
  AccessKeySecret: taken.accessKeySecret,
  SecurityToken: taken.securityToken,
  Expiration: expirationOf(taken),
});

const SHAPES = {
  /** A profile of mode External of the aliyun CLI. Without the expiration, the SDKs start the command for each call. */
  'credential-process': (taken) => ({
    mode: 'StsToken',
    access_key_id: taken.accessKeyId,
    access_key_secret: taken.accessKeySecret,
    sts_token: taken.securityToken,
    expiration: expirationOf(taken),
  }),
  /** Serverless Devs reads the same profile with other names, and knows no expiration. */
  'serverless-devs': (taken) => ({
    mode: 'STS',
    access_key_id: taken.accessKeyId,
    access_key_secret: taken.accessKeySecret,
    security_token: taken.securityToken,
  }),
  'oss-process': pascalCase,
  'aws-process': (taken) => ({
    Version: 1,
    AccessKeyId: taken.accessKeyId,
    SecretAccessKey: taken.accessKeySecret,
    SessionToken: taken.securityToken,
    Expiration: expirationOf(taken),
  }),
  /** What a credentials URI answers, for a server of one's own. */
  uri: (taken) => ({
    Code: 'Success',
    LastUpdated: formatWholeSeconds(taken.takenAt),
    ...pascalCase(taken),
  }),
} satisfies Readonly<Record<string, Shape>>;

type ProgramFormat = keyof typeof SHAPES;
const PROGRAM_FORMATS = Object.keys(SHAPES) as readonly ProgramFormat[];

export const OUTPUT_FORMATS = [...CREDENTIAL_FORMATS, ...PROGRAM_FORMATS] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const isProgramFormat = (format: OutputFormat): format is ProgramFormat => Object.hasOwn(SHAPES, format);

/** Programs that read the format show people what is noted beside. */
export const isForPrograms = (format: OutputFormat): boolean => format === 'json' || isProgramFormat(format);

export const formatOutput = (
  taken: TakenCredentials,
  format: OutputFormat,
  about: { readonly role: string; readonly region: string },
): string =>
  isProgramFormat(format) ? formatJson(SHAPES[format](taken)) : formatCredentials(taken, about)[format];
