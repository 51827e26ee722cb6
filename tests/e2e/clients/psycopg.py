"""Signs in with psycopg2 and uses it as applications do; prints one line of JSON."""
import datetime
import decimal
import json
import sys

import psycopg2
import psycopg2.extras

connection = psycopg2.connect(sys.argv[1])
result = {}
with connection, connection.cursor() as cursor:
    cursor.execute("SELECT current_user, version() LIKE 'PostgreSQL %'")
    result["who"] = cursor.fetchone()
    cursor.execute(
        "CREATE TABLE py (id serial PRIMARY KEY, n numeric(10,2), t text, at timestamptz, d date, tags text[], j jsonb, b bytea, ok boolean)"
    )
    cursor.execute(
        "INSERT INTO py (n, t, at, d, tags, j, b, ok) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            decimal.Decimal("12.30"),
            "it's",
            datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
            datetime.date(2024, 1, 2),
            ["a", "b c", None],
            psycopg2.extras.Json({"a": [1, 2]}),
            psycopg2.Binary(b"\x00\xff"),
            True,
        ),
    )
    result["id"] = cursor.fetchone()[0]
    cursor.execute("SELECT n, t, at, d, tags, j, b, ok FROM py")
    n, t, at, d, tags, j, b, ok = cursor.fetchone()
    result["row"] = [
        str(n), t, at.astimezone(datetime.timezone.utc).isoformat(), d.isoformat(), tags, j, bytes(b).hex(), ok,
    ]
    psycopg2.extras.execute_values(
        cursor, "INSERT INTO py (n, t) VALUES %s", [(i, f"row {i}") for i in range(100)]
    )
    cursor.execute("SELECT count(*) FROM py")
    result["count"] = cursor.fetchone()[0]
try:
    with connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO py (id) VALUES (1)")
except psycopg2.errors.UniqueViolation as error:
    result["error"] = [error.pgcode, error.diag.constraint_name, error.diag.table_name]
with connection, connection.cursor(name="stream") as cursor:
    cursor.itersize = 10
    cursor.execute("SELECT id FROM py ORDER BY id")
    result["streamed"] = sum(1 for _ in cursor)
with connection, connection.cursor(cursor_factory=psycopg2.extras.DictCursor) as cursor:
    cursor.execute("SELECT t AS text FROM py WHERE id = %(id)s", {"id": 1})
    result["dict"] = cursor.fetchone()["text"]
    import io
    cursor.copy_expert("COPY py (n, t) FROM STDIN WITH (FORMAT csv)", io.StringIO('5,"a,b"\n6,c\n'))
    out = io.StringIO()
    cursor.copy_expert("COPY (SELECT n, t FROM py WHERE n IN (5, 6) AND t IN ('a,b', 'c') ORDER BY n) TO STDOUT", out)
    result["copy"] = out.getvalue()
connection.close()
print(json.dumps(result))
