// An installed Chromium, driven through its debugging protocol.
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/test/find-browser.ts';

export async function openBrowser(): Promise<Browser> {
  const found = findBrowser(process.env);
  if (!found.ok) throw new Error(found.error);
  // Chromium's sandbox does not run for root, which containers are; the pages are our own.
  return chromium.launch({ executablePath: found.value, chromiumSandbox: process.getuid?.() !== 0 });
}
