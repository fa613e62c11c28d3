// How much of the credentials' time is left, of all that they had: a script counts it down.
import type { ShownCredentials } from '../../../../shared/people/credential-formats.ts';
import { formatTime } from '../model/format-time.ts';
import { timeLeft } from '../model/time-left.ts';
import type { View } from '../view.ts';

interface ClockProps {
  readonly view: View;
  readonly credentials: ShownCredentials;
  /** How long they have been there when they are handed out again. */
  readonly ageMs: number;
}

export const Clock = ({ view, credentials, ageMs }: ClockProps) => {
  const words = view.messages.credentials;
  const end = new Date(credentials.expiration);
  const leftMs = Math.max(0, end.getTime() - view.now.getTime());
  return (
    <div class="clock" data-left-ms={leftMs}>
      <p class="small needs-script" id="time-left">
        {words.timeLeft}
      </p>
      <p class="left needs-script" role="timer" aria-labelledby="time-left" data-left>
        {timeLeft(leftMs)}
      </p>
      <progress
        class="needs-script"
        max={leftMs + ageMs}
        value={leftMs}
        aria-labelledby="time-left"
        data-progress
      />
      <p class="small">
        <time datetime={credentials.expiration}>{words.validUntil(formatTime(end, view.language))}</time>
      </p>
    </div>
  );
};
