// Signs in with pgx and uses it as applications do; prints one line for each thing it saw.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

func check(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func main() {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Args[1])
	check(err)
	defer conn.Close(ctx)

	_, err = conn.Exec(ctx, "CREATE TABLE gx (id serial PRIMARY KEY, n int8, f float8, t text, at timestamptz, tags text[], ok bool, b bytea)")
	check(err)
	var id int32
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	err = conn.QueryRow(ctx, "INSERT INTO gx (n, f, t, at, tags, ok, b) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
		int64(1)<<60, 1.5, "it's", at, []string{"a", "b c"}, true, []byte{0, 255}).Scan(&id)
	check(err)
	fmt.Println("id", id)
	var n int64
	var f float64
	var text string
	var back time.Time
	var tags []string
	var ok bool
	var b []byte
	err = conn.QueryRow(ctx, "SELECT n, f, t, at, tags, ok, b FROM gx WHERE id = $1", id).Scan(&n, &f, &text, &back, &tags, &ok, &b)
	check(err)
	fmt.Println("row", n, f, text, back.UTC().Format(time.RFC3339), tags, ok, b)

	batch := &pgx.Batch{}
	for i := 0; i < 50; i++ {
		batch.Queue("INSERT INTO gx (n) VALUES ($1)", i)
	}
	batch.Queue("SELECT count(*) FROM gx")
	results := conn.SendBatch(ctx, batch)
	for i := 0; i < 50; i++ {
		_, err = results.Exec()
		check(err)
	}
	var count int64
	check(results.QueryRow().Scan(&count))
	check(results.Close())
	fmt.Println("batch", count)

	_, err = conn.Exec(ctx, "INSERT INTO gx (id) VALUES (1)")
	var pgErr *pgconn.PgError
	fmt.Println("error", errors.As(err, &pgErr), pgErr.Code, pgErr.ConstraintName)

	tx, err := conn.Begin(ctx)
	check(err)
	_, err = tx.Exec(ctx, "DELETE FROM gx")
	check(err)
	check(tx.Rollback(ctx))
	copied, err := conn.CopyFrom(ctx, pgx.Identifier{"gx"}, []string{"n", "t"},
		pgx.CopyFromRows([][]interface{}{{int64(1), "x"}, {int64(2), nil}}))
	fmt.Println("copied", copied, err)
	check(conn.QueryRow(ctx, "SELECT count(*) FROM gx").Scan(&count))
	fmt.Println("count", count)
}
