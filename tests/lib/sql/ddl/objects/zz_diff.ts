// scratch: prints what each statement gives
import { withDdl } from "../support.ts";
import { SqlError } from "../../../../../lib/sql/error.ts";
const lines = Deno.readTextFileSync(Deno.args[0]!).split("\n").filter((l) => l.trim());
await withDdl(async (stage) => {
  for (const line of lines) {
    console.log(line);
    stage.notices.length = 0;
    let out: string;
    try {
      const r = await stage.sql(line);
      out = Array.isArray(r) ? r.map((x) => x.join("|")).join("\n") : r;
    } catch (e) {
      if (e instanceof SqlError) {
        out = `ERROR:  ${e.sqlState}: ${e.message}` + (e.fields.position ? ` @${e.fields.position}` : "") + (e.fields.detail ? `\nDETAIL:  ${e.fields.detail}` : "") + (e.fields.hint ? `\nHINT:  ${e.fields.hint}` : "") + (e.fields.where ? `\nCONTEXT:  ${e.fields.where}` : "");
      } else out = "CRASH " + (e as Error).message.slice(0, 200);
    }
    for (const n of stage.notices) console.log(`${n.severity}:  ${n.sqlState}: ${n.message}`);
    console.log(out);
  }
});
