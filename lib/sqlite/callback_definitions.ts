/**
 * Prototypes of the functions that SQLite calls.
 *
 * @module
 */

/** `void (*)(sqlite3_context*, int, sqlite3_value**)` */
export const scalarDefinition = {
  parameters: ["u64", "i32", "u64"],
  result: "void",
} as const;
/** `void (*)(sqlite3_context*)` */
export const finalDefinition = { parameters: ["u64"], result: "void" } as const;
/** `int (*)(void*, int, const void*, int, const void*)` */
export const collationDefinition = {
  parameters: ["u64", "i32", "u64", "i32", "u64"],
  result: "i32",
} as const;
