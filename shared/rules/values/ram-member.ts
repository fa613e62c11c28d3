// A caller of an Alibaba Cloud account (the account itself, a user or a role), and the callers that a provider trusts. ARNs
// differ from API to API, so only their parsed parts are compared.

export type RamMember =
  | { readonly kind: 'root'; readonly account: string }
  | { readonly kind: 'user' | 'role'; readonly account: string; readonly name: string };

/** 16 digits today; RAM documents no maximum. */
export const ACCOUNT_ID = /^\d{1,20}$/;
/** RAM, "CreateUser" and "CreateRole". */
export const RAM_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** An entry of `trust`: a whole account, or one user or role of it. */
export interface Trust {
  readonly account: string;
  readonly user?: string | undefined;
  readonly role?: string | undefined;
}

const SUBJECT = /^(\d{1,20}):(?:(root)|(user|role)\/([A-Za-z0-9._-]{1,64}))$/;

/** `<account>:root`, `<account>:user/<name>` or `<account>:role/<name>`: one form, whichever API named the caller. */
export const subjectOf = (member: RamMember): string =>
  member.kind === 'root' ? `${member.account}:root` : `${member.account}:${member.kind}/${member.name}`;

export function parseSubject(subject: string): RamMember | undefined {
  const [, account = '', root, kind, name = ''] = SUBJECT.exec(subject) ?? [];
  if (root !== undefined) return { kind: 'root', account };
  return kind === 'user' || kind === 'role' ? { kind, account, name } : undefined;
}

export function isTrusted(member: RamMember, { account, user, role }: Trust): boolean {
  if (member.account !== account) return false;
  if (user === undefined && role === undefined) return true;
  if (member.kind === 'root') return false;
  return member.name === (member.kind === 'user' ? user : role);
}

const isWholeAccount = ({ user, role }: Trust): boolean => user === undefined && role === undefined;

/** For people to read. */
export function formatTrust({ account, user, role }: Trust): string {
  if (user !== undefined) return `user ${user} of account ${account}`;
  return role === undefined ? `account ${account}` : `role ${role} of account ${account}`;
}

/** Is there a caller whom both entries trust? */
export function trustsOverlap(one: Trust, other: Trust): boolean {
  if (one.account !== other.account) return false;
  if (isWholeAccount(one) || isWholeAccount(other)) return true;
  return one.user === other.user && one.role === other.role;
}
