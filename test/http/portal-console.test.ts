// A link to the console opens nothing by itself: it leads to a page that names the role and the destination, and that page's form
// opens the console there.
import { beforeEach, describe, expect, it } from 'vitest';
import { returnPath } from '../../functions/login/paths/page-paths.ts';
import { CONSOLE_LINK } from '../support/login-deps.ts';
import { startPortal, VENDED } from '../support/portal-app.ts';

const ARN = 'acs:ram::1234567890123456:role/media-uploader';
const TO = 'https://oss.console.aliyun.com/bucket/oss-cn-hangzhou/media/object?path=a%2Fb#top';
const FIELD = `name="to" value="${TO}"`;
const roleOf = (role: string, needs: readonly string[] = []) => ({
  role,
  roleArn: `acs:ram::1234567890123456:role/${role}`,
  account: '1234567890123456',
  description: '',
  maxDurationSeconds: 1_800,
  needs,
});
const path = (parts: Readonly<Record<string, string>>) => `/portal/console?${new URLSearchParams(parts)}`;

let portal: Awaited<ReturnType<typeof startPortal>>;
beforeEach(async () => {
  portal = await startPortal();
  const roles = [
    roleOf('media-uploader'),
    roleOf('media-admin', ['mfa']),
    roleOf('media-owner', ['network']),
  ];
  portal.vend.answer = { status: 200, body: { roles, requestId: '1' } };
});
const open = async (parts: Readonly<Record<string, string>>, cookie?: string) => {
  const answer = await portal.get(path(parts), cookie);
  return { answer, page: await answer.text() };
};

describe('GET /portal/console', () => {
  it.each([
    ['role', 'media-uploader'],
    ['RoleArn', ARN],
  ])('shows the role and the destination, by the %s, and opens nothing', async (_, role) => {
    const { answer, page } = await open({ role, to: TO });
    expect(answer.status).toBe(200);
    for (const shown of [
      '<strong>media-uploader</strong>',
      '<strong>oss.console.aliyun.com</strong>',
      `<code>${TO}</code>`,
      FIELD,
      'action="/portal/console"',
    ])
      expect(page).toContain(shown);
    expect(portal.console.asked).toEqual([]);
    expect(portal.auditLog.events).toEqual([]);
  });

  it('says that the start page opens, where the link names no page', async () => {
    const { page } = await open({ role: 'media-uploader' });
    expect(page).toContain('The start page of the console');
    expect(page).not.toContain('name="to"');
  });

  it('comes again after a sign-in, and in another language', async () => {
    const parts = { role: 'media-uploader', to: TO };
    const back = `return_to=${encodeURIComponent(path(parts))}`;
    expect((await open(parts, '')).page).toContain(`href="/login/start/corporate?${back}"`);
    const { page } = await open(parts);
    expect(page).toContain(`&amp;page=roles&amp;${back}"`);
    const inChinese = await portal.get(`/portal/language?to=zh-CN&page=roles&${back}`);
    expect(inChinese.headers.get('location')).toBe(path(parts));
  });

  // Encoded a second time, the long page would be over what a sign-in returns to.
  it.each([
    ['a page', TO],
    ['a long page', `https://ecs.console.aliyun.com/${'a/'.repeat(400)}`],
    ['the start page', undefined],
  ])('leads by the way to what the role needs, and back to %s', async (_, to) => {
    const parts = { role: 'media-admin', ...(to !== undefined && { to }) };
    const { page } = await open(parts);
    const stepUp = `/portal/step-up?${new URLSearchParams({ role: 'media-admin', to: to ?? '' })}`;
    expect(page).toContain(`href="${stepUp.replaceAll('&', '&amp;')}"`);
    expect(page).not.toContain(FIELD);
    const back = `return_to=${encodeURIComponent(path(parts))}`;
    expect(await (await portal.get(stepUp)).text()).toContain(
      `href="/login/start/corporate?fresh&amp;${back}"`,
    );
    const done = await portal.get(stepUp.replace('media-admin', 'media-uploader'));
    expect(done.headers.get('location')).toBe(path({ ...parts, role: 'media-uploader' }));
    const asStranger = await (await portal.get(stepUp, '')).text();
    expect(asStranger).toContain(`return_to=${encodeURIComponent(stepUp)}`);
    expect(returnPath(stepUp)).toBe(stepUp);
  });

  it('offers nothing where the person can do nothing here', async () => {
    const { page } = await open({ role: 'media-owner' });
    expect(page).toContain('Needs your company’s network');
    expect(page).not.toMatch(/step-up\?|action="\/portal\/console"/);
  });

  it('answers a role that is not the person’s as any that does not exist', async () => {
    const { answer, page } = await open({ role: 'no-such-role' });
    expect([answer.status, page.includes('You may not take this role')]).toEqual([403, true]);
    expect(page).not.toContain('no-such-role');
  });

  it.each([{}, { role: '' }, { role: 'x'.repeat(129) }])('is no page without a role: %j', async (parts) => {
    expect((await open(parts)).answer.status).toBe(404);
  });
});

describe('POST /portal/console with a destination', () => {
  beforeEach(() => {
    portal.vend.answer = { status: 200, body: VENDED };
  });

  it('opens the console there', async () => {
    const answer = await portal.post('/portal/console', { role: 'media-uploader', to: TO });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, CONSOLE_LINK]);
    expect(portal.console.destinations).toEqual([TO]);
  });

  it('opens its start page without one', async () => {
    await portal.post('/portal/console', { role: 'media-uploader' });
    expect(portal.console.destinations).toEqual([undefined]);
  });
});
