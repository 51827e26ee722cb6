/**
 * The person at the strict provider, and how its endpoints describe them.
 *
 * @module
 */

import type { StrictFault } from "./strict_provider_faults.ts";

/** An entry of GitHub's `/user/emails`. */
export interface StrictEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

/** The person who approves. */
export interface StrictUser {
  /** Google's subject. */
  sub: string;
  /** GitHub's subject. */
  id: number;
  login: string;
  name: string;
  picture: string;
  /** Google's `email`; public `email` of GitHub's `/user`. */
  email: string;
  emailVerified: boolean | string;
  /** GitHub's list; by default `email` alone, primary. */
  emails?: StrictEmail[];
}

/** Who approves unless a test says otherwise. */
export const ada: Readonly<StrictUser> = {
  sub: "110169484474386276334",
  id: 583231,
  login: "ada-lovelace",
  name: "Ada Lovelace",
  picture: "https://pictures.example/ada.png",
  email: "ada@example.com",
  emailVerified: true,
};

/**
 * @param user The person.
 * @param fault What is left out.
 * @returns Body of Google's userinfo.
 */
export function googleShape(user: StrictUser, fault?: StrictFault): unknown {
  const { sub, name, picture, email, emailVerified } = user;
  const rest = { name, picture, email, "email_verified": emailVerified };
  return fault === "missing-subject" ? rest : { sub, ...rest };
}

/**
 * @param user The person.
 * @param fault What is left out.
 * @returns Body of GitHub's `/user`.
 */
export function githubShape(user: StrictUser, fault?: StrictFault): unknown {
  const { id, login, name, email, picture } = user;
  const rest = { login, name, email, "avatar_url": picture };
  return fault === "missing-subject" ? rest : { id, ...rest };
}

/**
 * @param user The person.
 * @returns Body of GitHub's `/user/emails`.
 */
export function emailsOf(
  { email, emailVerified, emails }: StrictUser,
): unknown {
  return emails ?? [{ email, primary: true, verified: emailVerified }];
}
