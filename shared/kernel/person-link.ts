// The person link: the value of a claim that names one person at every connection that declares it (`person` of a connection).

/** Stands in front of a link where a connection stands in front of a subject. No connection may have this id where one declares `person`. */
export const LINK_PLACE = 'person';

/** The name of a person at every connection that declares `person`: `person:VALUE`. */
export const linkName = (link: string): string => `${LINK_PLACE}:${link}`;
