package foco.testing;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What makes one test's session unlike another's.
 *
 * @param master Spark's master
 * @param conf settings of the test
 * @param owner the test or class that alone may use the session; empty if any may
 */
record SessionSettings(String master, Map<String, String> conf, String owner) {

    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*\\d+\\s*]");

    static SessionSettings of(SparkTest test, String scope) {
        Map<String, String> conf = new TreeMap<>();
        for (String setting : test.conf()) {
            int sign = setting.indexOf('=');
            if (sign < 1) {
                throw new IllegalArgumentException("@SparkTest(conf = \"" + setting + "\"): write it as key=value");
            }
            conf.put(
                    setting.substring(0, sign).trim(),
                    setting.substring(sign + 1).trim());
        }
        return new SessionSettings(test.master(), conf, test.ownSession() ? scope : "");
    }

    boolean hasExecutorProcesses() {
        return !master.matches("local(\\[.*])?");
    }

    /** All cores of a local cluster; 0 if the master is none. */
    int localClusterCores() {
        Matcher matcher = LOCAL_CLUSTER.matcher(master);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) * Integer.parseInt(matcher.group(2)) : 0;
    }
}
