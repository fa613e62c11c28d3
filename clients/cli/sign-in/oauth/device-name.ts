// What this computer is called, for the person who is asked whether it may sign in, and for the list of their sessions.
import { hostname } from 'node:os';
import { showable } from '../../../../shared/kernel/showable.ts';

/** As much as the server takes. */
const MAX_CHARACTERS = 64;

export const deviceName = (): string => showable(hostname()).slice(0, MAX_CHARACTERS) || 'unknown';
