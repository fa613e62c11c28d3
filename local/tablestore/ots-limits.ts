// The limits that the Tablestore documentation states ("General limits", "Naming conventions and data types").

const KIB = 1024;
const MIB = 1024 * KIB;

export const REQUEST_BODY_MAX_BYTES = 5 * MIB;
export const ROW_WRITE_MAX_BYTES = 4 * MIB;
export const BATCH_WRITE_MAX_BYTES = 4 * MIB;
export const BATCH_WRITE_MAX_ROWS = 200;
export const BATCH_GET_MAX_ROWS = 100;
export const COLUMNS_PER_WRITE_MAX = 1024;
export const COLUMNS_TO_GET_MAX = 128;
export const COLUMN_VALUE_MAX_BYTES = 2 * MIB;
export const PRIMARY_KEY_COLUMNS_MAX = 4;
export const PRIMARY_KEY_VALUE_MAX_BYTES = KIB;
export const TABLES_PER_INSTANCE_MAX = 64;
export const RESERVED_CAPACITY_UNITS_MAX = 100_000;
export const COLUMN_CONDITIONS_MAX = 32;

/** One GetRange call looks at no more than this; the caller goes on from `next_start_primary_key`. */
export const SCAN_MAX_ROWS = 5_000;
export const SCAN_MAX_BYTES = 4 * MIB;

/** Data is billed by capacity unit of 4 KB, rounded up. */
export const CAPACITY_UNIT_BYTES = 4 * KIB;

/** Seconds; -1 keeps data for ever. */
export const TIME_TO_LIVE_MIN_SECONDS = 86_400;
/** Seconds by which a cell version chosen by the writer may differ from the server's clock. */
export const VERSION_DEVIATION_DEFAULT_SECONDS = 86_400;

/** `x-ots-date` may differ this much from the server's clock. */
export const CLOCK_SKEW_MAX_MS = 15 * 60 * 1000;

/** Tables and columns. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
