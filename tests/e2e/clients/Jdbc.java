import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Signs in with JDBC and uses it as applications do; prints one line for each thing it saw. */
class Jdbc {
  public static void main(String[] args) throws Exception {
    try (Connection connection = DriverManager.getConnection(args[0], args[1], args[2])) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE jd (id bigserial PRIMARY KEY, n numeric(10,2) NOT NULL, t text, at timestamptz, u uuid, tags text[], ok boolean)");
        statement.execute("CREATE TABLE jd_child (id int PRIMARY KEY, jd_id bigint REFERENCES jd)");
      }
      try (PreparedStatement insert = connection.prepareStatement(
          "INSERT INTO jd (n, t, at, u, tags, ok) VALUES (?, ?, ?, ?, ?, ?)", Statement.RETURN_GENERATED_KEYS)) {
        insert.setBigDecimal(1, new BigDecimal("12.30"));
        insert.setString(2, "it's");
        insert.setObject(3, java.time.OffsetDateTime.parse("2024-01-02T03:04:05Z"));
        insert.setObject(4, UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
        insert.setArray(5, connection.createArrayOf("text", new String[] {"a", "b c"}));
        insert.setBoolean(6, true);
        insert.executeUpdate();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          keys.next();
          System.out.println("key " + keys.getLong(1));
        }
      }
      try (PreparedStatement select = connection.prepareStatement("SELECT n, t, at, u, tags, ok FROM jd WHERE id = ?")) {
        // More than five runs, after which the driver prepares on the server and asks for binary values.
        for (int i = 0; i < 8; i++) {
          select.setLong(1, 1);
          try (ResultSet rows = select.executeQuery()) {
            rows.next();
            if (i % 7 == 0) {
              System.out.println("row " + rows.getBigDecimal(1) + " " + rows.getString(2) + " "
                  + rows.getObject(3, java.time.OffsetDateTime.class).toInstant() + " " + rows.getObject(4) + " "
                  + String.join("|", (String[]) rows.getArray(5).getArray()) + " " + rows.getBoolean(6));
            }
          }
        }
      }
      connection.setAutoCommit(false);
      try (PreparedStatement batch = connection.prepareStatement("INSERT INTO jd (n, t) VALUES (?, ?)")) {
        for (int i = 0; i < 500; i++) {
          batch.setInt(1, i);
          batch.setString(2, "row " + i);
          batch.addBatch();
        }
        System.out.println("batch " + batch.executeBatch().length);
      }
      connection.rollback();
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(10);
        try (ResultSet rows = statement.executeQuery("SELECT g FROM generate_series(1, 1000) g")) {
          int count = 0;
          while (rows.next()) count++;
          System.out.println("fetched " + count);
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO jd_child VALUES (1, 99)");
      } catch (SQLException error) {
        System.out.println("error " + error.getSQLState());
      }
      DatabaseMetaData meta = connection.getMetaData();
      List<String> names = new ArrayList<>();
      try (ResultSet tables = meta.getTables(null, "public", "jd%", new String[] {"TABLE"})) {
        while (tables.next()) names.add(tables.getString("TABLE_NAME"));
      }
      System.out.println("tables " + names);
      names.clear();
      try (ResultSet columns = meta.getColumns(null, "public", "jd", null)) {
        while (columns.next()) {
          names.add(columns.getString("COLUMN_NAME") + ":" + columns.getString("TYPE_NAME") + ":" + columns.getInt("NULLABLE"));
        }
      }
      System.out.println("columns " + names);
      try (ResultSet keys = meta.getPrimaryKeys(null, "public", "jd")) {
        keys.next();
        System.out.println("primary key " + keys.getString("COLUMN_NAME") + " " + keys.getString("PK_NAME"));
      }
      try (ResultSet keys = meta.getImportedKeys(null, "public", "jd_child")) {
        keys.next();
        System.out.println("foreign key " + keys.getString("PKTABLE_NAME") + "." + keys.getString("PKCOLUMN_NAME"));
      }
      names.clear();
      try (ResultSet indexes = meta.getIndexInfo(null, "public", "jd", false, false)) {
        while (indexes.next()) names.add(indexes.getString("INDEX_NAME"));
      }
      System.out.println("indexes " + names);
      try (ResultSet schemas = meta.getSchemas()) {
        boolean found = false;
        while (schemas.next()) found |= schemas.getString(1).equals("public");
        System.out.println("schema " + found);
      }
      try (ResultSet types = meta.getTypeInfo()) {
        int count = 0;
        while (types.next()) count++;
        System.out.println("types " + (count > 20));
      }
    }
  }
}
