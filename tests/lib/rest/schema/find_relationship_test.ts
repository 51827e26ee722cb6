import { deepEqual, equal, throws } from "node:assert/strict";
import { RestError } from "../../../../lib/rest/error.ts";
import { findRelation } from "../../../../lib/rest/schema/find_relation.ts";
import { findRelationship } from "../../../../lib/rest/schema/find_relationship.ts";
import { loadPicture } from "../../../../lib/rest/schema/load_picture.ts";
import { fixture, line, restDatabase } from "./support.ts";

/** The fixture without the views, which would make names lead to more than one relation. */
async function tables(): Promise<string> {
  return (await fixture()).split("\n").filter((each) =>
    !/^CREATE (MATERIALIZED )?VIEW/.test(each)
  ).join("\n");
}

Deno.test("findRelationship()", async (t) => {
  await using db = await restDatabase(
    `${await tables()}
    CREATE TABLE api.reviews (
      project_id int REFERENCES api.projects (id),
      person_id int REFERENCES api.people (id),
      PRIMARY KEY (project_id, person_id)
    );
    CREATE VIEW api.project_list AS SELECT id, client_id AS customer FROM api.projects;
    CREATE TABLE api.wives (id int PRIMARY KEY, husband_id int UNIQUE REFERENCES api.wives (id));
    CREATE TABLE api.lonely (id int)`,
  );
  const picture = await loadPicture(db.session, ["api"]);
  const found = (from: string, target: string, hint?: string) =>
    line(
      findRelationship(
        picture,
        "api",
        findRelation(picture, "api", from),
        target,
        hint,
      ),
    );
  const refused = (from: string, target: string, hint?: string): RestError => {
    let caught: unknown;
    throws(() => found(from, target, hint), (error) => {
      caught = error;
      return error instanceof RestError;
    });
    return caught as RestError;
  };

  const clientKey =
    "projects -> clients many-to-one projects_client_id_fkey client_id=id";
  for (
    const [what, from, target, hint, expected] of [
      [
        "a table",
        "permits",
        "projects",
        undefined,
        "permits -> projects one-to-one permits_project_id_fkey project_id=id",
      ],
      [
        "the other side of one-to-one",
        "projects",
        "permits",
        undefined,
        "projects -> permits one-to-one permits_project_id_fkey id=project_id",
      ],
      [
        "a view",
        "project_list",
        "clients",
        undefined,
        "project_list -> clients many-to-one projects_client_id_fkey customer=id",
      ],
      [
        "a constraint",
        "projects",
        "projects_client_id_fkey",
        undefined,
        clientKey,
      ],
      ["a column", "projects", "client_id", undefined, clientKey],
      [
        "a constraint as hint",
        "projects",
        "clients",
        "projects_client_id_fkey",
        clientKey,
      ],
      ["a column as hint", "projects", "clients", "client_id", clientKey],
      [
        "the column of the other side as hint",
        "clients",
        "projects",
        "payer_id",
        "clients -> projects one-to-many payer id=payer_id",
      ],
      [
        "the constraint from the other side",
        "clients",
        "payer",
        undefined,
        "clients -> projects one-to-many payer id=payer_id",
      ],
      [
        "a junction as hint",
        "people",
        "projects",
        "reviews",
        "people -> projects many-to-many reviews_person_id_fkey and reviews_project_id_fkey",
      ],
      [
        "a composite key",
        "sheets",
        "lines",
        undefined,
        "sheets -> lines one-to-many lines_sheet year=sheet_year,week=sheet_week",
      ],
      [
        "a function",
        "projects",
        "team",
        undefined,
        "projects -> people one-to-many team()",
      ],
      [
        "a function instead of a table",
        "projects",
        "details",
        undefined,
        "projects -> details one-to-many details()",
      ],
      [
        "a table's parent by the column",
        "people",
        "boss_id",
        undefined,
        "people -> people many-to-one people_boss_id_fkey boss_id=id",
      ],
      [
        "a table's children by the column as hint",
        "people",
        "people",
        "boss_id",
        "people -> people one-to-many people_boss_id_fkey id=boss_id",
      ],
      [
        "one row of the same table by the column",
        "wives",
        "husband_id",
        undefined,
        "wives -> wives one-to-one wives_husband_id_fkey husband_id=id",
      ],
      [
        "one row of the same table by its name",
        "wives",
        "wives",
        undefined,
        "wives -> wives one-to-one wives_husband_id_fkey id=husband_id",
      ],
    ] as const
  ) {
    await t.step(`finds ${what}`, () => {
      equal(found(from, target, hint), expected);
    });
  }

  await t.step("refuses with PGRST200 when there is none", () => {
    const error = refused("projects", "lonely");
    equal(error.code, "PGRST200");
    equal(
      error.message,
      "Could not find a relationship between 'projects' and 'lonely' in the schema cache",
    );
    equal(
      error.details,
      "Searched for a foreign key relationship between 'projects' and 'lonely' in the schema 'api', but no matches were found.",
    );
    equal(error.hint, undefined);
  });

  await t.step(
    "suggests what is similar, and names the hint that was used",
    () => {
      const error = refused("permits", "projcts", "nope");
      equal(error.hint, "Perhaps you meant 'projects' instead of 'projcts'.");
      equal(
        error.details,
        "Searched for a foreign key relationship between 'permits' and 'projcts' using the hint 'nope' in the schema 'api', but no matches were found.",
      );
    },
  );

  for (
    const [why, from, target, hint] of [
      [
        "a constraint as hint among a table's own",
        "people",
        "people",
        "people_boss_id_fkey",
      ],
      ["a hint that is something else", "projects", "clients", "title"],
      ["a constraint as target and a hint", "projects", "payer", "payer_id"],
      [
        "a constraint that leads to a view",
        "people",
        "project_list_pkey",
        undefined,
      ],
      [
        "a junction whose key does not hold both",
        "people",
        "projects",
        "memberships",
      ],
      ["a name that every object has", "projects", "__proto__", undefined],
    ] as const
  ) {
    await t.step(`refuses ${why}`, () => {
      equal(refused(from, target, hint).code, "PGRST200");
    });
  }

  await t.step("refuses with PGRST201 when there are several", () => {
    const error = refused("projects", "clients");
    equal(error.code, "PGRST201");
    equal(
      error.message,
      "Could not embed because more than one relationship was found for 'projects' and 'clients'",
    );
    deepEqual(error.details, [
      {
        cardinality: "many-to-one",
        embedding: "projects with clients",
        relationship: "payer using projects(payer_id) and clients(id)",
      },
      {
        cardinality: "many-to-one",
        embedding: "projects with clients",
        relationship:
          "projects_client_id_fkey using projects(client_id) and clients(id)",
      },
    ]);
    equal(
      error.hint,
      "Try changing 'clients' to one of the following: 'clients!payer', 'clients!projects_client_id_fkey'. Find the desired relationship in the 'details' key.",
    );
  });

  await t.step("describes junctions, and suggests what finds them", () => {
    const error = refused("people", "projects");
    deepEqual((error.details as { relationship: string }[])[0], {
      cardinality: "many-to-many",
      embedding: "people with projects",
      relationship:
        "assignments using assignments_person_id_fkey(person_id) and assignments_project_id_fkey(project_id)",
    });
    const own = refused("people", "people");
    const hints = `${error.hint} ${own.hint}`.matchAll(/'(\w+)!(\w+)'/g);
    let tried = 0;
    for (const [, target = "", hint] of hints) {
      found("people", target, hint);
      tried++;
    }
    equal(tried, 4);
  });
});
