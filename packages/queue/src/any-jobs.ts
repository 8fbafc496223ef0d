import type { Jobs } from '@reskue/core';

/**
 * The jobs of a Queue whose type tells none. Under a name of its own: in the declarations that are built, an alias within
 * an import becomes the name again, which the type parameters named `Jobs` hide.
 */
export type AnyJobs = Jobs;
