/**
 * Who a session is: the role that signed in, the one it became, and who it may become.
 *
 * @module
 */

import type { Catalog, Role } from "../../sql/catalog/catalog.ts";
import { isSuperuser, memberRolesOf } from "../../sql/catalog/privileges.ts";
import { SqlError } from "../../sql/error.ts";
import type { Settings } from "./settings.ts";

/** See the top of the file. Names are kept as settings `role` and `session_authorization`. */
export class SessionRoles {
  readonly #settings: Settings;
  readonly #catalog: () => Catalog;
  /** Role that was authenticated. */
  readonly signedIn: number;
  /** Set while a function of another owner runs. */
  acting: number | undefined;
  #names: { catalog: Catalog; session: string; role: string } | undefined;
  #session: number;
  #current: number;

  /**
   * @param signedIn Role that was authenticated.
   * @param settings Keeps the names.
   * @param catalog What there is.
   */
  constructor(signedIn: Role, settings: Settings, catalog: () => Catalog) {
    this.signedIn = signedIn.oid;
    this.#session = signedIn.oid;
    this.#current = signedIn.oid;
    this.#settings = settings;
    this.#catalog = catalog;
  }

  /** `session_user`. */
  get session(): number {
    this.#follow();
    return this.#session;
  }

  /** `current_user`. */
  get current(): number {
    if (this.acting !== undefined) return this.acting;
    this.#follow();
    return this.#current;
  }

  /** Whether the current user is a superuser. */
  get superuser(): boolean {
    return isSuperuser(this.#catalog(), this.current);
  }

  /** Name of `session_user`. */
  get sessionName(): string {
    return this.name(this.session);
  }

  /** Forgets what it found: a setting changed. */
  changed(): void {
    this.#names = undefined;
  }

  /** @returns Name of a role. */
  name(oid: number): string {
    return this.#catalog().role(oid)?.name ?? `unknown (OID=${oid})`;
  }

  /**
   * @param name Role of `SET ROLE`.
   * @throws {SqlError} 22023 or 42501.
   */
  checkRole(name: string): void {
    if (name === "none") return;
    const catalog = this.#catalog();
    const role = this.#find(name);
    const session = this.session;
    if (isSuperuser(catalog, session)) return;
    if (memberRolesOf(catalog, session).has(role.oid)) return;
    throw new SqlError("42501", `permission denied to set role "${name}"`);
  }

  /**
   * @param name Role of `SET SESSION AUTHORIZATION`.
   * @throws {SqlError} 22023 or 42501.
   */
  checkSession(name: string): void {
    const role = this.#find(name);
    if (role.oid === this.signedIn) return;
    if (isSuperuser(this.#catalog(), this.signedIn)) return;
    throw new SqlError(
      "42501",
      `permission denied to set session authorization`,
    );
  }

  #find(name: string): Role {
    const role = this.#catalog().roleNamed(name);
    if (role !== undefined) return role;
    throw new SqlError("22023", `role "${name}" does not exist`);
  }

  #follow(): void {
    const catalog = this.#catalog();
    if (this.#names?.catalog === catalog) return;
    const session = this.#settings.kept("session_authorization") ?? "";
    const role = this.#settings.get("role") ?? "none";
    this.#session = session === ""
      ? this.signedIn
      : catalog.roleNamed(session)?.oid ?? this.signedIn;
    this.#current = role === "none"
      ? this.#session
      : catalog.roleNamed(role)?.oid ?? this.#session;
    this.#names = { catalog, session, role };
  }
}
