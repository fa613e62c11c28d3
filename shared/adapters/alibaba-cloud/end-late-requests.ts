// Ends requests that an SDK leaves open. The SDKs give their callers no handle on a request, and while a server drips its
// answer or stays silent they hold its connection without an end: enough of these, and no connection is left.
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';

/** By host name: a request does not tell its port before it is connected. */
const limitsOfHosts = new Map<string, number>();
let isListening = false;

function endWhenLate(message: unknown): void {
  const request = typeof message === 'object' && message !== null && Reflect.get(message, 'request');
  const milliseconds = request instanceof ClientRequest ? limitsOfHosts.get(request.host) : undefined;
  if (milliseconds === undefined) return;
  const timer = setTimeout(() => request.destroy(), milliseconds);
  request.once('close', () => clearTimeout(timer));
}

function listen(): void {
  if (!isListening) subscribe('http.client.request.start', endWhenLate);
  isListening = true;
}

/**
 * From now on a request to the host of this endpoint is ended after so long, its connection with it. Of several limits for one host,
 * the longest counts.
 */
export function endLateRequestsTo(endpoint: string, milliseconds: number): void {
  listen();
  // A request has an IPv6 address without its brackets.
  const host = new URL(endpoint).hostname.replace(/^\[(.*)\]$/, '$1');
  limitsOfHosts.set(host, Math.max(milliseconds, limitsOfHosts.get(host) ?? 0));
}
