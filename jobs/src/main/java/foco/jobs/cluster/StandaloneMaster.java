package foco.jobs.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.spark.SecurityManager$;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.RpcEnv$;

/**
 * The master of a standalone cluster, or several of which one leads: asked before Spark starts whether it would take an
 * application. Spark itself tries for a minute, tells each failure with its stack, and then ends without a reason.
 */
public final class StandaloneMaster {

    private static final String SCHEME = "spark://";
    private static final String ENDPOINT = "Master";
    private static final int CONNECT_MILLIS = 3_000;
    private static final String ANSWER_WITHIN = "5s";

    /** Who tells, at level ERROR, what this class tells in one line. */
    private static final List<String> TALKERS = List.of("org.apache.spark.network", "org.apache.spark.rpc");

    private StandaloneMaster() {}

    /**
     * Returns if some master answers, or if {@code spark.master} names no standalone cluster.
     *
     * @param conf of the application, with its secret if it has one
     * @param verbose whether Spark may log what goes on
     * @throws UncheckedIOException if none answers, or those that do refuse the application; says which and why
     */
    public static void requireAnswer(SparkConf conf, boolean verbose) {
        String url = conf.get("spark.master", "");
        if (!url.startsWith(SCHEME)) {
            return;
        }
        List<String> faults = new ArrayList<>();
        List<RpcAddress> reached = new ArrayList<>();
        for (String place : url.substring(SCHEME.length()).split(",", -1)) {
            RpcAddress address = address(url, place);
            Optional<String> fault = connect(address);
            fault.ifPresentOrElse(why -> faults.add(place + ": " + why), () -> reached.add(address));
        }
        if (reached.isEmpty()) {
            throw unreachable("No Spark master answers at %s (%s); start it, or name another with --master."
                    .formatted(url, String.join(", ", faults)));
        }
        if (verbose) {
            ask(url, reached, conf);
        } else {
            silently(() -> ask(url, reached, conf));
        }
    }

    private static RpcAddress address(String url, String place) {
        try {
            return RpcAddress.fromSparkURL(SCHEME + place);
        } catch (Exception e) { // Scala's, undeclared
            throw new IllegalArgumentException(
                    "The master must be spark://HOST:PORT, or several as spark://HOST:PORT,HOST:PORT, and is %s."
                            .formatted(url),
                    e);
        }
    }

    private static UncheckedIOException unreachable(String message) {
        return new UncheckedIOException(message, new IOException(message));
    }

    /** Why there is no connection, or nothing if there is one. */
    private static Optional<String> connect(RpcAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("no such host");
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static void ask(String url, List<RpcAddress> masters, SparkConf conf) {
        SparkConf hasty = conf.clone()
                .set("spark.rpc.lookupTimeout", ANSWER_WITHIN)
                .set("spark.network.auth.rpcTimeout", ANSWER_WITHIN);
        var security = security(hasty);
        if (security.isAuthenticationEnabled()) {
            security.getSecretKey(); // or says that there is none
        }
        RpcEnv rpc = RpcEnv$.MODULE$.create("foco-asks", "localhost", 0, hasty, security, true);
        try {
            String fault = "";
            for (RpcAddress master : masters) {
                try {
                    rpc.setupEndpointRef(master, ENDPOINT);
                    return;
                } catch (Exception e) { // Spark throws checked exceptions undeclared
                    fault = told(e, security.isAuthenticationEnabled());
                }
            }
            throw unreachable(
                    "%s answers, and is no Spark 4 master or refuses this application (%s); spark.authenticate and spark.authenticate.secret must be as the master has them."
                            .formatted(url, fault));
        } finally {
            rpc.shutdown();
        }
    }

    private static org.apache.spark.SecurityManager security(SparkConf conf) {
        return new org.apache.spark.SecurityManager(
                conf,
                SecurityManager$.MODULE$.$lessinit$greater$default$2(),
                SecurityManager$.MODULE$.$lessinit$greater$default$3());
    }

    /** What lies behind an exception that tells only that there was one. A master says little to whom it does not trust. */
    private static String told(Throwable failure, boolean withSecret) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        boolean aboutTrust = message.contains("Sasl") || message.contains("Outbox is stopped");
        if (aboutTrust) {
            return withSecret ? "it does not take the secret" : "it asks for a secret";
        }
        return message;
    }

    /** Leaves the log as it was: a logger's own level would outlive that of the root, which a command turns off. */
    private static void silently(Runnable work) {
        LoggerContext log = (LoggerContext) LogManager.getContext(false);
        Map<String, LoggerConfig> before = new HashMap<>(log.getConfiguration().getLoggers());
        TALKERS.forEach(talker -> Configurator.setLevel(talker, Level.OFF));
        try {
            work.run();
        } finally {
            TALKERS.forEach(log.getConfiguration()::removeLogger);
            TALKERS.stream().filter(before::containsKey).forEach(talker -> log.getConfiguration()
                    .addLogger(talker, before.get(talker)));
            log.updateLoggers();
        }
    }
}
