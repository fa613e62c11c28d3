// Ends requests that an SDK leaves open. The SDKs give their callers no handle on a request, and while a server drips its
// answer or stays silent they hold its connection without an end: enough of these, and no connection is left.
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';

/** By host name: a request does not tell its port before it is connected. */
const limits = new Map<string, number>();

function endWhenLate(message: unknown): void {
  const request = typeof message === 'object' && message !== null && Reflect.get(message, 'request');
  const milliseconds = request instanceof ClientRequest ? limits.get(request.host) : undefined;
  if (milliseconds === undefined) return;
  const timer = setTimeout(() => request.destroy(), milliseconds);
  request.once('close', () => clearTimeout(timer));
}

/** From now on a request to the host of this endpoint is ended after so long, its connection with it. */
export function endLateRequests(endpoint: string, milliseconds: number): void {
  if (limits.size === 0) subscribe('http.client.request.start', endWhenLate);
  const { hostname } = new URL(endpoint);
  limits.set(hostname, Math.max(milliseconds, limits.get(hostname) ?? 0));
}
