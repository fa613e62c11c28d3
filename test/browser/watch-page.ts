// What a page did that no page may do: shift its layout, break its own security policy, log an error, weigh too much.
import type { BrowserContext, Page } from 'playwright-core';

export interface Seen {
  readonly violations: readonly string[];
  readonly shift: number;
}

declare global {
  var seenByTest: { violations: string[]; shift: number };
}

/** Before the first page of the context is opened: it listens from the page's very beginning. */
export const watchPages = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => {
    const seen = { violations: [] as string[], shift: 0 };
    globalThis.seenByTest = seen;
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      seen.violations.push(`${violatedDirective} ${blockedURI}`);
    });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += 'value' in entry ? Number(entry.value) : 0;
    }).observe({ type: 'layout-shift', buffered: true });
  });

/** After two frames: what scripts change on arrival has been laid out and counted. */
export const whatWasSeen = (page: Page): Promise<Seen> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(globalThis.seenByTest)));
      }),
  );

/** Errors of scripts and of loading, as the browser's console has them. */
export function collectErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

/** Bytes of everything that loading the page brought, before any compression. */
export const weightOf = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const entries = [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ];
    const sizes = entries.map((entry) => ('decodedBodySize' in entry ? Number(entry.decodedBodySize) : 0));
    // Browsers leave the page's icon out of their list.
    const icon = await fetch(document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? '');
    return sizes.reduce((sum, size) => sum + size, (await icon.text()).length);
  });
