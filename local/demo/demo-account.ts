// The names of the demo account. Nothing in it exists in the real cloud.

export const DEMO_ACCOUNT = '1234567890123456';
export const DEMO_REGION = 'cn-hangzhou';
export const DEMO_INSTANCE = 'stint';
/** What ID tokens are addressed to: the client id at the local identity provider. */
export const DEMO_AUDIENCE = 'stint-local';
/** Also in local/access.yaml: the two sides of one agreement. */
export const MEDIA_EXTERNAL_ID = 'stint-local-media';

/** Somebody else's account. Also in local/access.yaml. */
export const PARTNER_ACCOUNT = '6543210987654321';
export const PARTNER_USER = 'deployer';

export const roleArn = (name: string): string => `acs:ram::${DEMO_ACCOUNT}:role/${name}`;

/** Also in local/access.yaml: what the local identity provider calls Stint's own sign-on. */
export const LOGIN_CLIENT = 'stint-portal';
/** And the connection through which people come from there. */
export const LOGIN_CONNECTION = 'corporate';

export const VEND_ROLE = roleArn('stint-vend');
export const LOGIN_ROLE = roleArn('stint-login');
export const MEDIA_UPLOADER = roleArn('media-uploader');
export const ARMS_READER = roleArn('arms-reader');
/** Granted to nobody: with it, vended credentials can be used against a service that is really here. */
export const TABLE_READER = roleArn('table-reader');
