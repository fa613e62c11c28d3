/** @jsxImportSource hono/jsx */
// Every page of the portal in every state that looks different.
import type { Child } from 'hono/jsx';
import { ActivityPage } from '../../functions/login/ui/pages/activity-page.tsx';
import { AuthorizePage } from '../../functions/login/ui/pages/authorize-page.tsx';
import { ConsolePage } from '../../functions/login/ui/pages/console-page.tsx';
import { CredentialsPage } from '../../functions/login/ui/pages/credentials-page.tsx';
import {
  ConfirmDevicePage,
  DeviceAnsweredPage,
  DeviceCodePage,
} from '../../functions/login/ui/pages/device-pages.tsx';
import { ErrorPage } from '../../functions/login/ui/pages/error-page.tsx';
import { HomePage } from '../../functions/login/ui/pages/home-page.tsx';
import type { PasskeyFormProps } from '../../functions/login/ui/pages/passkey-form.tsx';
import { PasskeysPage } from '../../functions/login/ui/pages/passkeys-page.tsx';
import { SessionsPage } from '../../functions/login/ui/pages/sessions-page.tsx';
import { SignInPage } from '../../functions/login/ui/pages/sign-in-page.tsx';
import { SignedOutPage } from '../../functions/login/ui/pages/signed-out-page.tsx';
import { StepUpPage } from '../../functions/login/ui/pages/step-up-page.tsx';
import type { View } from '../../functions/login/ui/view.ts';
import {
  ACTIVITIES,
  ASKING_DEVICE,
  CREDENTIALS,
  MANY_ROLES,
  NEEDY,
  PASSKEYS,
  ROLES,
  SESSIONS,
} from './example-views.ts';

type Example = (view: View, query: string) => Child;

const CONNECTIONS = [
  { name: 'Example Corp', href: '/login/start/example-corp' },
  { name: 'Partner Network', href: '/login/start/partner' },
] as const;

const ceremony = (kind: PasskeyFormProps['kind']): PasskeyFormProps => ({
  action: '/login/passkeys',
  kind,
  sealed: 'sealed',
  options: {},
});

const [COMPANY] = CONNECTIONS;
const [READY = NEEDY] = ROLES;
const STEP_UP = '/portal/step-up?role=media-admin';
const BACK = '/portal?role=media-admin#role-media-admin';
const stepUp = (view: View): View & { readonly here: string } => ({
  ...view,
  page: 'step-up',
  here: STEP_UP,
});
const signedOut = (view: View): View => ({ ...view, person: undefined, page: 'sign-in' });
const REQUEST_ID = '589c42b9-d358-418f-90a0-5c9e42ec869e';

/** Each is photographed and judged in every theme, width and language. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'sign-in': (view) => <SignInPage view={signedOut(view)} connections={CONNECTIONS} passkey={undefined} />,
  'sign-in-passkey': (view) => (
    <SignInPage view={signedOut(view)} connections={CONNECTIONS} passkey={ceremony('get')} />
  ),
  'sign-in-none': (view) => <SignInPage view={signedOut(view)} connections={[]} passkey={undefined} />,
  'signed-out': (view) => (
    <SignedOutPage view={signedOut(view)} next="https://id.example.com/logout" outcome="leaving" />
  ),
  'signed-out-everywhere': (view) => (
    <SignedOutPage view={signedOut(view)} next="/portal/sign-in" outcome="everywhere" />
  ),
  'signed-out-here': (view) => <SignedOutPage view={signedOut(view)} next="/portal/sign-in" outcome="here" />,
  home: (view, query) => <HomePage view={view} roles={ROLES} query={query} wanted={undefined} />,
  'home-no-match': (view) => (
    <HomePage view={view} roles={ROLES} query="nothing has this" wanted={undefined} />
  ),
  'home-many': (view, query) => (
    <HomePage view={view} roles={MANY_ROLES.slice(0, 50)} query={query} wanted={undefined} />
  ),
  'home-part': (view, query) => <HomePage view={view} roles={MANY_ROLES} query={query} wanted={undefined} />,
  'home-empty': (view) => <HomePage view={view} roles={[]} query="" wanted={undefined} />,
  'step-up-confirm': (view) => (
    <StepUpPage
      view={stepUp(view)}
      role={NEEDY}
      confirm={ceremony('get')}
      add={undefined}
      company={COMPANY}
      back={BACK}
    />
  ),
  'step-up-add': (view) => (
    <StepUpPage
      view={stepUp(view)}
      role={NEEDY}
      confirm={undefined}
      add={ceremony('create')}
      company={COMPANY}
      back={BACK}
    />
  ),
  'step-up-company': (view) => (
    <StepUpPage
      view={stepUp(view)}
      role={NEEDY}
      confirm={undefined}
      add={undefined}
      company={COMPANY}
      back={BACK}
    />
  ),
  console: (view) => (
    <ConsolePage
      view={view}
      role={READY}
      destination="https://oss.console.aliyun.com/bucket/oss-cn-hangzhou/media-archive-of-the-studio-in-hangzhou/object?path=films%2F2026%2Fnovember%2F"
    />
  ),
  'console-start': (view) => <ConsolePage view={view} role={READY} destination={undefined} />,
  'console-needs': (view) => (
    <ConsolePage view={view} role={NEEDY} destination="https://ecs.console.aliyun.com/" />
  ),
  credentials: (view) => (
    <CredentialsPage
      view={view}
      roleId="media-uploader"
      region="cn-hangzhou"
      credentials={CREDENTIALS}
      format="shell"
      publicUrl="https://vend.example.com"
    />
  ),
  sessions: (view) => <SessionsPage view={{ ...view, page: 'sessions' }} sessions={SESSIONS} />,
  passkeys: (view) => (
    <PasskeysPage
      view={{ ...view, page: 'passkeys' }}
      passkeys={PASSKEYS}
      add={ceremony('create')}
      confirm={ceremony('get')}
    />
  ),
  'passkeys-none': (view) => (
    <PasskeysPage view={{ ...view, page: 'passkeys' }} passkeys={[]} add={undefined} confirm={undefined} />
  ),
  activity: (view) => <ActivityPage view={{ ...view, page: 'activity' }} activities={ACTIVITIES} />,
  'activity-none': (view) => <ActivityPage view={{ ...view, page: 'activity' }} activities={[]} />,
  authorize: (view) => (
    <AuthorizePage
      view={{ ...view, page: 'sign-in' }}
      request="sealed"
      device="alice-thinkpad"
      endsAt={new Date('2026-11-22T20:00:00Z')}
    />
  ),
  'device-code': (view) => (
    <DeviceCodePage view={{ ...view, page: 'sign-in' }} code="BCDF-GHJK" isUnknown={false} />
  ),
  'device-code-unknown': (view) => (
    <DeviceCodePage view={{ ...view, page: 'sign-in' }} code={undefined} isUnknown />
  ),
  'device-confirm': (view) => (
    <ConfirmDevicePage
      view={{ ...view, page: 'sign-in' }}
      request="sealed"
      about={ASKING_DEVICE}
      endsAt={new Date('2026-11-22T20:00:00Z')}
    />
  ),
  'device-approved': (view) => <DeviceAnsweredPage view={{ ...view, page: 'sign-in' }} isYes />,
  'device-denied': (view) => <DeviceAnsweredPage view={{ ...view, page: 'sign-in' }} isYes={false} />,
  'fault-idp_unavailable': (view) => (
    <ErrorPage view={signedOut(view)} fault="idp_unavailable" requestId={REQUEST_ID} />
  ),
  'fault-session_ended': (view) => (
    <ErrorPage view={signedOut(view)} fault="session_ended" requestId={REQUEST_ID} />
  ),
  'fault-vend_unavailable': (view) => (
    <ErrorPage view={view} fault="vend_unavailable" requestId={REQUEST_ID} />
  ),
  'fault-access_denied': (view) => <ErrorPage view={view} fault="access_denied" requestId={REQUEST_ID} />,
};
