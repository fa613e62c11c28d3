// The names of the demo account. Nothing in it exists in the real cloud.

export const DEMO_ACCOUNT = '1234567890123456';
export const DEMO_REGION = 'cn-hangzhou';
export const DEMO_INSTANCE = 'stint';
/** The audience of ID tokens: the client id at the local identity provider. */
export const DEMO_AUDIENCE = 'stint-local';
/** Also in local/access.yaml, since the role and its trust policy must agree. */
export const MEDIA_EXTERNAL_ID = 'stint-local-media';

/** The account of a partner. Also in local/access.yaml. */
export const PARTNER_ACCOUNT = '6543210987654321';
export const PARTNER_USER = 'deployer';

/** The ARN of a role of the demo account. */
export const roleArn = (name: string): string => `acs:ram::${DEMO_ACCOUNT}:role/${name}`;

/** Also in local/access.yaml: the client id of Stint's own sign-on at the local identity provider. */
export const LOGIN_CLIENT = 'stint-portal';
/** The connection of that client. */
export const LOGIN_CONNECTION = 'corporate';

export const VEND_ROLE = roleArn('stint-vend');
export const LOGIN_ROLE = roleArn('stint-login');
export const SWEEP_ROLE = roleArn('stint-sweep');
export const MEDIA_UPLOADER = roleArn('media-uploader');
export const ARMS_READER = roleArn('arms-reader');
/**
 * In no rules, so vend may not assume it yet. Once it may, and a grant gives the role, vended credentials can be used against a
 * service that runs locally.
 */
export const TABLE_READER = roleArn('table-reader');
