// Time as a port, so that tests decide what time it is.

export interface Clock {
  now(): Date;
}
