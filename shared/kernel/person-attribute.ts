// The attributes of a SCIM user that can have the person link.

/** Both are names that a user of a directory holds alone, so that a link names one user. */
export const PERSON_ATTRIBUTES = ['externalId', 'userName'] as const;
export type PersonAttribute = (typeof PERSON_ATTRIBUTES)[number];
