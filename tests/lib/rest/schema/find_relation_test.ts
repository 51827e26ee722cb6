import { equal, throws } from "node:assert/strict";
import { RestError } from "../../../../lib/rest/error.ts";
import {
  findRelation,
  findSchema,
} from "../../../../lib/rest/schema/find_relation.ts";
import { loadPicture } from "../../../../lib/rest/schema/load_picture.ts";
import { restDatabase } from "./support.ts";

Deno.test("findRelation()", async (t) => {
  await using db = await restDatabase(
    `CREATE SCHEMA other;
    CREATE TABLE projects (id int);
    CREATE TABLE other.things (id int);
    CREATE TABLE "constructor" (id int);
    CREATE SCHEMA hidden;
    CREATE TABLE hidden.secrets (id int)`,
  );
  const picture = await loadPicture(db.session, ["public", "other"]);
  const refused = (
    name: string,
    schema: string,
    hint: string | undefined,
  ) =>
    throws(
      () => findRelation(picture, schema, name),
      (error) =>
        error instanceof RestError && error.code === "PGRST205" &&
        error.details === undefined && error.hint === hint &&
        error.message ===
          `Could not find the table '${schema}.${name}' in the schema cache`,
    );

  await t.step("gives the table of a name", () => {
    equal(findRelation(picture, "public", "projects").name, "projects");
    equal(findRelation(picture, "other", "things").schema, "other");
    equal(findRelation(picture, "public", "constructor").name, "constructor");
  });

  await t.step("suggests a table when one is similar", () => {
    refused(
      "project",
      "public",
      "Perhaps you meant the table 'public.projects'",
    );
    refused("prjt", "public", undefined);
  });

  await t.step("sees one schema at a time and no hidden one", () => {
    refused("things", "public", undefined);
    refused("secrets", "public", undefined);
    refused("hidden.secrets", "public", undefined);
    refused("pg_class", "public", undefined);
    refused("toString", "public", undefined);
    refused(
      "Projects",
      "public",
      "Perhaps you meant the table 'public.projects'",
    );
  });

  await t.step("findSchema() takes the first one without a profile", () => {
    equal(findSchema(picture).name, "public");
    equal(findSchema(picture, "other").name, "other");
  });

  await t.step("findSchema() refuses one that is not exposed", () => {
    for (const name of ["hidden", "pg_catalog", "", "Public"]) {
      throws(
        () => findSchema(picture, name),
        (error) =>
          error instanceof RestError && error.code === "PGRST106" &&
          error.message === `Invalid schema: ${name}` &&
          error.hint ===
            "Only the following schemas are exposed: public, other",
      );
    }
  });
});
