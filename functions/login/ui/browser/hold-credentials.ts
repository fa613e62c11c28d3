// Counts down what is left of the credentials, and takes them out of the page when they end, when they have been shown
// long enough, and when the page is left: a screen that is forgotten must not go on showing them.
import { formatCount, timeLeft } from '../model/format.ts';
import { find } from './find.ts';

const TICK_MS = 1_000;
const MINUTE_MS = 60_000;
/** Enough to copy some; the page says so. */
const SHOWN_MS = 5 * MINUTE_MS;
/** Said aloud when so many minutes are left; a voice every second would be noise. */
const ANNOUNCED_MINUTES = [10, 5, 1];

export function holdCredentials(say: (words: string) => void): void {
  const held = find(HTMLElement, '[data-credentials]');
  const clock = find(HTMLElement, '[data-left-ms]');
  const left = find(HTMLElement, '[data-left]');
  const progress = find(HTMLProgressElement, '[data-progress]');
  if (!(held && clock && left && progress)) return;
  const phrase = { one: held.dataset['one'] ?? '', other: held.dataset['other'] ?? '' };
  // From the moment the page was asked for, so that what is shown is never more than what is left.
  const endsAt = Date.now() - performance.now() + Number(clock.dataset['leftMs']);
  let announced = Number.POSITIVE_INFINITY;

  let shown: HTMLElement | undefined;
  const remove = (why: 'expired' | 'removed'): void => {
    held.remove();
    // Credentials that were removed end too, and then what was copied works no longer.
    if (shown) shown.hidden = true;
    shown = find(HTMLElement, `[data-end="${why}"]`);
    if (shown) shown.hidden = false;
    say(shown?.textContent ?? '');
  };
  const announce = (leftMs: number): void => {
    const minutes = ANNOUNCED_MINUTES.find(
      (each) => leftMs <= each * MINUTE_MS && leftMs > (each - 1) * MINUTE_MS,
    );
    if (minutes === undefined || minutes >= announced) return;
    announced = minutes;
    say(formatCount(phrase, minutes));
  };
  const tick = (): void => {
    const leftMs = endsAt - Date.now();
    left.textContent = timeLeft(leftMs);
    progress.value = Math.max(0, leftMs);
    if (leftMs <= 0) {
      clearInterval(timer);
      remove('expired');
    } else announce(leftMs);
  };
  const timer = setInterval(tick, TICK_MS);
  tick();
  const forget = (): void => {
    if (held.isConnected) remove('removed');
  };
  setTimeout(forget, SHOWN_MS);
  addEventListener('pagehide', forget);
}
