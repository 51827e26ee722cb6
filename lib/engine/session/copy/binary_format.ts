/**
 * What the binary format of COPY begins and ends with (PostgreSQL manual, COPY, "Binary Format").
 *
 * @module
 */

/** `PGCOPY\n\377\r\n\0`: shows damage by anything that takes the file for text. */
export const signature: Uint8Array = Uint8Array.of(
  0x50,
  0x47,
  0x43,
  0x4f,
  0x50,
  0x59,
  0x0a,
  0xff,
  0x0d,
  0x0a,
  0x00,
);

/** Bit 16 of the flags: every row has an oid. No server writes it any more. */
export const withOids = 1 << 16;

/** Bits 16 to 31: who does not know one of them must not read the file. */
export const criticalFlags = 0xffff0000;

/** Number of fields that stands for the end. */
export const trailer = -1;

/** Length that stands for NULL. */
export const nullLength = -1;
