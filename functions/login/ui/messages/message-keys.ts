// The type of a language's messages. An incomplete language does not compile.
import type { Activity } from '../../../../shared/people/activity.ts';
import type { CredentialFormat } from '../../../../shared/people/credential-formats.ts';
import type { Counted } from '../model/format.ts';
import type { PageFault } from '../model/page-fault.ts';
import type { PortalNeed } from '../model/role-list.ts';

export interface Explained {
  readonly title: string;
  readonly text: string;
}

export interface Messages {
  /** The name of the language in that language. */
  readonly languageName: string;
  readonly languageLabel: string;
  readonly skipToContent: string;
  readonly opensInNewTab: string;
  readonly signOut: string;
  readonly signedInAs: (name: string) => string;
  readonly navigation: string;
  readonly roles: string;
  readonly activity: string;
  readonly sessions: string;
  readonly duration: (seconds: number) => string;

  readonly signIn: {
    readonly title: string;
    readonly lead: string;
    readonly with: (connection: string) => string;
    readonly none: string;
    readonly help: string;
  };

  /** `leaving`: on the way to the provider's sign-out. `everywhere`: the provider confirmed it. `here`: it did not. */
  readonly signedOut: Readonly<
    Record<'leaving' | 'everywhere' | 'here', Explained & { readonly goOn: string }>
  >;

  readonly home: {
    readonly title: string;
    readonly count: Counted;
    /** For more roles than a page holds. */
    readonly part: (shown: number, all: number) => string;
    readonly search: string;
    readonly searchButton: string;
    readonly clearSearch: string;
    readonly noMatch: Explained;
    readonly none: Explained;
    readonly otherRoles: string;
    readonly account: (id: string) => string;
    readonly namedAccount: (name: string, id: string) => string;
    readonly upTo: (duration: string) => string;
    readonly openConsole: string;
    readonly getCredentials: string;
    readonly ofRole: (role: string) => string;
    readonly stepUp: string;
    readonly needs: Readonly<Record<PortalNeed, Explained>>;
    /** Replaces the text of `mfa` on the page that offers the ways to satisfy it. */
    readonly secondFactor: Readonly<Record<'byPasskey' | 'bySignIn', string>>;
  };

  readonly credentials: {
    readonly back: string;
    readonly validUntil: (time: string) => string;
    readonly timeLeft: string;
    readonly format: string;
    readonly formats: Readonly<Record<CredentialFormat, string>>;
    readonly hints: Readonly<Record<CredentialFormat, string>>;
    readonly copy: string;
    readonly copied: string;
    readonly notCopied: string;
    readonly copyFailed: string;
    readonly refresh: string;
    /** A refresh returned the same credentials. `time`: when it starts to return new ones. */
    readonly same: (time: string | undefined) => string;
    readonly caution: string;
    readonly expired: Explained;
    readonly removed: Explained;
    readonly minutesLeft: Counted;
    readonly commandLine: Explained;
  };

  readonly sessionList: {
    readonly title: string;
    readonly lead: string;
    readonly current: string;
    readonly startedAt: string;
    readonly lastSeenAt: string;
    readonly endsAt: string;
    readonly unknownBrowser: string;
    readonly commandLine: (where: string) => string;
    readonly end: string;
    readonly endOne: (browser: string) => string;
    readonly endOthers: string;
  };

  readonly console: {
    readonly title: string;
    readonly asks: (role: string) => string;
    readonly role: string;
    readonly account: string;
    readonly opens: string;
    readonly startPage: string;
    readonly address: string;
    readonly notYou: string;
  };

  readonly stepUp: {
    readonly title: string;
    readonly lead: (role: string) => string;
    readonly addFirst: string;
    readonly signInAgain: (connection: string) => string;
    readonly elsewise: string;
  };

  readonly passkeys: {
    readonly title: string;
    readonly lead: string;
    readonly none: string;
    readonly name: string;
    readonly example: string;
    readonly addedAt: string;
    readonly usedAt: string;
    readonly neverUsed: string;
    readonly rename: string;
    readonly remove: string;
    readonly add: string;
    readonly addLater: string;
    readonly confirm: string;
    readonly confirmWhy: string;
    readonly signIn: string;
    readonly notDone: string;
    readonly needsScripts: string;
  };

  readonly commandLine: {
    readonly title: string;
    readonly asks: (name: string) => string;
    readonly callsItself: (device: string) => string;
    readonly gets: (end: string) => string;
    readonly notYou: string;
    readonly goOn: string;
    readonly cancel: string;
    readonly asSomebodyElse: string;
  };

  readonly device: {
    readonly title: string;
    readonly lead: string;
    readonly code: string;
    readonly unknown: string;
    readonly goOn: string;
    readonly confirmTitle: string;
    readonly asks: (name: string) => string;
    readonly asker: string;
    readonly cloudSso: (client: string) => string;
    readonly callsItself: string;
    readonly notSaid: string;
    readonly askedAt: string;
    readonly address: string;
    readonly yourAddress: string;
    readonly notKnown: string;
    readonly phishing: string;
    readonly sure: (code: string) => string;
    readonly approve: string;
    readonly deny: string;
    readonly approved: Explained;
    readonly denied: Explained;
    readonly toSessions: string;
  };

  readonly activityList: {
    readonly title: string;
    readonly lead: string;
    readonly none: string;
    readonly events: Readonly<Record<Activity['kind'], (subject: string) => string>>;
  };

  readonly faults: Readonly<Record<PageFault, Explained>>;
  readonly fault: {
    readonly toPortal: string;
    readonly signInAgain: string;
    readonly tryAgain: string;
    readonly requestId: string;
  };
}
