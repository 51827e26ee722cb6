/**
 * How large values may be, so that no client can make the program run out of memory. PostgreSQL's own
 * limit is a gigabyte, which a process that serves everybody cannot give to each.
 *
 * @module
 */

/** Bytes, or units of text, of one value that a function makes. */
export const longestValue = 32 * 1024 * 1024;

/** Bytes of one row, and of what one step hands to the next. */
export const longestRow = 4 * longestValue;

/** Elements of one array, or values of one JSON document; each takes some hundred bytes while it is worked on. */
export const mostItems = 5_000_000;

/** Characters of a pattern or template, which is turned into something much larger than itself. */
export const longestPattern = 1024 * 1024;
