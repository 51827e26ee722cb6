/**
 * What our pages have in common: how text gets into them, and headers that keep everything else out.
 *
 * @module
 */

import { createHash } from "node:crypto";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * @param text Any text.
 * @returns The text as HTML shows it, in an element or a quoted attribute.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (each) => entities[each] ?? each);
}

/** The icon of our pages, a sun. */
export const icon =
  `<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='%23d9730d'/%3E%3C/svg%3E">`;

/**
 * Writes a Content-Security-Policy. What is not named is forbidden; nobody may frame the page.
 *
 * @param sources Sources by directive.
 * @returns Value of the header.
 */
export function contentSecurityPolicy(
  sources: Readonly<Record<string, string>>,
): string {
  const all = {
    "default-src": "'none'",
    ...sources,
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(all).map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

/**
 * @param text Content of a `style` element.
 * @returns Source that allows it and no other.
 */
export function styleHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/**
 * @param policy Value of Content-Security-Policy.
 * @returns Headers of a page.
 */
export function pageHeaders(policy: string): Record<string, string> {
  return {
    "content-security-policy": policy,
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}
