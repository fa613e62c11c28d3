// Counts down the time that is left of the credentials, and removes them from the page when they expire, after five minutes, and
// when the page is left, so that a forgotten screen does not show them.
import { formatCount, timeLeft } from '../model/format.ts';
import { find } from './find.ts';

const TICK_MS = 1_000;
const MINUTE_MS = 60_000;
/** Long enough to copy them. The page states this time. */
const SHOWN_MS = 5 * MINUTE_MS;
/** The remaining minutes that are announced to screen readers. */
const ANNOUNCED_MINUTES = [10, 5, 1];

export function holdCredentials(announce: (words: string) => void): void {
  const held = find(HTMLElement, '[data-credentials]');
  const clock = find(HTMLElement, '[data-left-ms]');
  const left = find(HTMLElement, '[data-left]');
  const progress = find(HTMLProgressElement, '[data-progress]');
  if (!(held && clock && left && progress)) return;
  const phrase = { one: held.dataset['one'] ?? '', other: held.dataset['other'] ?? '' };
  // Counted from the start of the request, so that the page never shows more time than is left.
  const endsAt = Date.now() - performance.now() + Number(clock.dataset['leftMs']);
  let announced = Number.POSITIVE_INFINITY;

  let shown: HTMLElement | undefined;
  const remove = (why: 'expired' | 'removed'): void => {
    held.remove();
    // Removed credentials expire too: the second text then replaces the first.
    if (shown) shown.hidden = true;
    shown = find(HTMLElement, `[data-end="${why}"]`);
    if (shown) shown.hidden = false;
    announce(shown?.textContent ?? '');
  };
  const announceMinutes = (leftMs: number): void => {
    const minutes = ANNOUNCED_MINUTES.find(
      (each) => leftMs <= each * MINUTE_MS && leftMs > (each - 1) * MINUTE_MS,
    );
    if (minutes === undefined || minutes >= announced) return;
    announced = minutes;
    announce(formatCount(phrase, minutes));
  };
  const tick = (): void => {
    const leftMs = endsAt - Date.now();
    left.textContent = timeLeft(leftMs);
    progress.value = Math.max(0, leftMs);
    if (leftMs <= 0) {
      clearInterval(timer);
      remove('expired');
    } else announceMinutes(leftMs);
  };
  const timer = setInterval(tick, TICK_MS);
  tick();
  const forget = (): void => {
    if (held.isConnected) remove('removed');
  };
  setTimeout(forget, SHOWN_MS);
  addEventListener('pagehide', forget);
}
