package foco.testing;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What makes one test's session unlike another's.
 *
 * @param master Spark's master
 * @param conf settings of the test
 * @param owner the test or class that alone may use the session; empty if any may
 */
record SessionSettings(String master, Map<String, String> conf, String owner) {

    private static final Pattern CLUSTER =
            Pattern.compile("(local-cluster|standalone)\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

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

    /** A cluster that the session brings along. */
    record Cluster(boolean standalone, int workers, int coresOfEach, int mebibytes) {

        int cores() {
            return workers * coresOfEach;
        }
    }

    /** The local or standalone cluster that the master asks for, if it asks for one. */
    Optional<Cluster> cluster() {
        Matcher matcher = CLUSTER.matcher(master);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int[] numbers = IntStream.rangeClosed(2, 4)
                .map(i -> Integer.parseInt(matcher.group(i)))
                .toArray();
        return Optional.of(new Cluster(matcher.group(1).equals("standalone"), numbers[0], numbers[1], numbers[2]));
    }
}
