// MariaDB's JDBC driver: plain, with statements prepared on the server, and over TLS. Prints one line a connection.
import java.sql.*;
import java.util.Properties;

public class MysqlJdbc {
  public static void main(String[] args) throws Exception {
    String base = "jdbc:mariadb://127.0.0.1:" + args[0] + "/postgres?user=root&password=" + args[1];
    for (String more : new String[] {"&sslMode=disable", "&useServerPrepStmts=true", "&useSsl=true&trustServerCertificate=true&useServerPrepStmts=true"}) {
      try (Connection c = DriverManager.getConnection(base + more)) {
        try (Statement s = c.createStatement()) {
          s.execute("DROP TABLE IF EXISTS jt");
          s.execute("CREATE TABLE jt (id int AUTO_INCREMENT PRIMARY KEY, b bigint, n decimal(10,2), v varchar(20), d datetime(3), bl blob, bo boolean)");
        }
        try (PreparedStatement p = c.prepareStatement("INSERT INTO jt (b, n, v, d, bl, bo) VALUES (?, ?, ?, ?, ?, ?)", Statement.RETURN_GENERATED_KEYS)) {
          p.setLong(1, Long.MIN_VALUE);
          p.setBigDecimal(2, new java.math.BigDecimal("12.30"));
          p.setString(3, "été's");
          p.setTimestamp(4, Timestamp.valueOf("2020-01-02 03:04:05.678"));
          p.setBytes(5, new byte[] {0, -1, 39, 92});
          p.setBoolean(6, true);
          System.out.print(p.executeUpdate());
          try (ResultSet k = p.getGeneratedKeys()) { k.next(); System.out.print(" " + k.getInt(1)); }
        }
        try (PreparedStatement p = c.prepareStatement("SELECT * FROM jt WHERE id = ?")) {
          p.setInt(1, 1);
          try (ResultSet r = p.executeQuery()) {
            r.next();
            System.out.print(" " + r.getLong("b") + " " + r.getBigDecimal("n") + " " + r.getString("v") + " " + r.getTimestamp("d") + " " + r.getBytes("bl").length + " " + r.getBoolean("bo"));
            System.out.print(" " + r.getMetaData().getColumnTypeName(2));
          }
        }
        c.setAutoCommit(false);
        try (Statement s = c.createStatement()) { s.executeUpdate("DELETE FROM jt"); }
        c.rollback();
        c.setAutoCommit(true);
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT count(*) FROM jt")) { r.next(); System.out.print(" " + r.getInt(1)); }
        try (ResultSet r = c.getMetaData().getTables(null, null, "jt", null)) { r.next(); System.out.print(" " + r.getString("TABLE_NAME")); }
        try (ResultSet r = c.getMetaData().getPrimaryKeys("postgres", null, "jt")) { r.next(); System.out.print(" " + r.getString("COLUMN_NAME")); }
        try (ResultSet r = c.getMetaData().getColumns(null, null, "jt", "b")) { r.next(); System.out.println(" " + r.getString("TYPE_NAME")); }
      }
    }
    try {
      DriverManager.getConnection(base + "x");
      System.out.println("let in");
    } catch (SQLException e) {
      System.out.println(e.getErrorCode() + " " + e.getSQLState());
    }
  }
}
