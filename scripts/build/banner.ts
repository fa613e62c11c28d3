// The code that runs before the modules of a bundle.

/** tablestore@5.6 assigns to undeclared variables, which throws in strict mode; a bundle is strict. */
const TABLESTORE_GLOBALS =
  'for(const g of["pro","key","sub","size","prefix_length","cell_type"])globalThis[g]??=undefined;';

/**
 * zod's global configuration (z.config), in time for the first schema: it writes and compiles no function for a schema.
 * A cold start uses most schemas once, so that compiling them costs more than it saves.
 */
const ZOD_SETTINGS = 'globalThis.__zod_globalConfig={jitless:true};';

export const BANNER = TABLESTORE_GLOBALS + ZOD_SETTINGS;
