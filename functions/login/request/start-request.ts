// The first middleware of every request: its id, its time, and the numbers of the instance.
import { createMiddleware } from 'hono/factory';
import { requestIdOf } from '../../../shared/http/request-id.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginEnv } from './login-env.ts';

/** Sets `requestId`, the platform's where it gives one, and `now`. */
export const startRequest = ({ requestIdHeader, clock }: Pick<LoginDeps, 'requestIdHeader' | 'clock'>) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const given = requestIdHeader === undefined ? undefined : c.req.header(requestIdHeader);
    c.set('requestId', requestIdOf(given));
    c.set('now', clock.now());
    await next();
  });

/** Counts the request and its time: from its last byte, since what a sender holds back is not Stint's time. */
export const countRequest = ({ numbers }: Pick<LoginDeps, 'numbers'>) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const startedAt = numbers.stopwatch();
    await next();
    numbers.requestEnded(c.res.status, numbers.stopwatch() - (c.get('receivedAt') ?? startedAt));
  });
