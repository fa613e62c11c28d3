// The portal's pages, and where they are.

export const PAGE_NAMES = ['roles', 'activity', 'sessions', 'passkeys', 'step-up', 'sign-in'] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export const PAGE_PATHS = {
  roles: '/portal',
  activity: '/portal/activity',
  sessions: '/portal/sessions',
  passkeys: '/portal/passkeys',
  'step-up': '/portal/step-up',
  'sign-in': '/portal/sign-in',
} as const satisfies Record<PageName, string>;

/** Nothing is there; the browser shows its cookie by asking for it. */
export const COOKIE_PATH = '/portal/cookie';
