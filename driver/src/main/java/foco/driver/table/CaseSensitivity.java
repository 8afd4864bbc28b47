package foco.driver.table;

import org.apache.spark.sql.internal.SQLConf;

/** Whether upper and lower case of a column's name differ: by {@code spark.sql.caseSensitive} of the active session. */
public final class CaseSensitivity {

    private CaseSensitivity() {}

    public static boolean isSame(String a, String b) {
        return SQLConf.get().caseSensitiveAnalysis() ? a.equals(b) : a.equalsIgnoreCase(b);
    }
}
