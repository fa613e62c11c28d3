// Time as a port, so that tests choose it.

export interface Clock {
  now(): Date;
}
