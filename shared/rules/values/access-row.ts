// A row of `access` as read: column name → JSON of one grant. Unparsed, so it cannot be used for a decision.

export type StoredAccessRow = Readonly<Record<string, string>>;
