/**
 * What a session is made of.
 *
 * @module
 */

import type { Role } from "../../sql/catalog/catalog.ts";
import type { Notice } from "../client_session.ts";
import type { Instance } from "./instance.ts";
import type { Statement } from "./statement.ts";

/** Who a core belongs to. */
export interface SessionCoreOptions {
  readonly instance: Instance;
  readonly role: Role;
  readonly processId: number;
  readonly remote: {
    readonly address: string | null;
    readonly port: number | null;
  };
  /** Whose SQL it speaks. */
  readonly dialect?: "postgresql" | "mysql" | undefined;
  /** Told of notices. */
  readonly notice: (notice: Notice) => void;
  readonly notification: (
    message: {
      readonly processId: number;
      readonly channel: string;
      readonly payload: string;
    },
  ) => void;
  /** Told of each setting that changes, by lower-case name. */
  readonly changed: (name: string) => void;
  /** Told when the engine ends the session. */
  readonly terminated: (error: Error) => void;
  /** Whether the program itself asks, which may do what no client may. */
  readonly system?: boolean;
}

/** A named statement. */
export interface NamedStatement {
  readonly statement: Statement;
  readonly text: string;
  readonly preparedMs: number;
  readonly fromSql: boolean;
}
