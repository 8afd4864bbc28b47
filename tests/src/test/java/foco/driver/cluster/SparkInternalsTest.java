package foco.driver.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import foco.testing.SparkTest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;

/** Each use of what Spark keeps to itself, and that there is no other. */
@SparkTest
class SparkInternalsTest {

    /** How commands meet a standalone cluster, before there is a context; {@code StandaloneMasterTest} and others try them. */
    private static final Set<String> OF_COMMANDS =
            Set.of("foco.jobs.DriverSubmission", "foco.jobs.cluster.StandaloneMaster");

    @Test
    void theContextOfThisProcessIsFound(SparkSession spark) {
        assertSame(spark.sparkContext(), SparkInternals.activeContext().orElseThrow());
    }

    @Test
    void concurrentTasksAreThoseOfTheMaster(SparkSession spark) {
        assertEquals(2, SparkInternals.concurrentTasks(spark.sparkContext()));
    }

    @Test
    @SparkTest(master = "local[4]", conf = "spark.task.cpus=2")
    void concurrentTasksTakeTheirCores(SparkSession spark) {
        assertEquals(2, SparkInternals.concurrentTasks(spark.sparkContext()));
    }

    @Test
    void cachedBlocksAreCounted(SparkSession spark) {
        long before = SparkInternals.blocksInMemory();
        var numbers = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(List.of(1), 1)
                .map(one -> new byte[3 << 20])
                .persist(StorageLevel.MEMORY_ONLY());
        numbers.count();
        long held = SparkInternals.blocksInMemory() - before;
        numbers.unpersist(true);
        assertTrue(held > 2 << 20 && held < 4 << 20, "held " + held);
    }

    @Test
    void aBroadcastIsHeldAsAValueAndInPieces(SparkSession spark) {
        float[] random = new float[2 << 20]; // 8 MiB, two pieces
        for (int i = 0; i < random.length; i++) {
            random[i] = (float) Math.sin(i);
        }
        Broadcast<float[]> sent =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(random);
        long held = SparkInternals.broadcastInMemory(sent.id());
        assertTrue(SparkInternals.isOpen(sent));
        sent.destroy();
        assertFalse(SparkInternals.isOpen(sent));
        long size = 4L * random.length;
        // Compressed pieces, but for the value itself.
        assertTrue(held > 1.5 * size && held < 2.5 * size, "held %,d of %,d".formatted(held, size));
        assertEquals(0, SparkInternals.broadcastInMemory(-1));
    }

    @Test
    void aContextHasOneSession(SparkSession spark) {
        assertSame(
                spark.sparkContext(),
                SparkInternals.session(spark.sparkContext()).sparkContext());
    }

    @Test
    void onlyATaskThatIsKilledEnds(SparkSession spark) throws Exception {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        var tasks = context.parallelize(List.of(1, 2), 2);
        assertEquals(2, tasks.filter(one -> goesOn(0)).count());
        var endless = tasks.filter(one -> goesOn(60_000)).countAsync();
        until(() -> activeTasks(context) > 0);
        assertTrue(activeTasks(context) > 0, "no task has begun");
        endless.cancel(true);
        until(() -> context.statusTracker().getActiveStageIds().length == 0);
        assertEquals(0, context.statusTracker().getActiveStageIds().length, "a task goes on after its end");
    }

    private static int activeTasks(JavaSparkContext context) {
        JavaSparkStatusTracker tracker = context.statusTracker();
        return IntStream.of(tracker.getActiveStageIds())
                .mapToObj(tracker::getStageInfo)
                .filter(Objects::nonNull)
                .mapToInt(SparkStageInfo::numActiveTasks)
                .sum();
    }

    /** Waits until something holds, for 20 seconds at most. */
    private static void until(BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!holds.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
    }

    private static boolean goesOn(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        do {
            SparkInternals.endIfKilled(TaskContext.get());
        } while (System.nanoTime() < end);
        return true;
    }

    @Test
    void aProcessKnowsItsPlace(SparkSession spark) {
        assertTrue(SparkInternals.place().matches("on \\S+"), SparkInternals.place());
    }

    private record Mark() implements SparkListenerEvent {
        @Override
        public boolean logEvent() {
            return false;
        }
    }

    @Test
    void anEventComesAfterThoseOfThePast(SparkSession spark) throws InterruptedException {
        List<String> heard = new CopyOnWriteArrayList<>();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobEnd(SparkListenerJobEnd job) {
                heard.add("job");
            }

            @Override
            public void onOtherEvent(SparkListenerEvent event) {
                if (event instanceof Mark) {
                    heard.add("mark");
                }
            }
        };
        SparkInternals.addListener(spark.sparkContext(), listener, "internals-test");
        spark.range(10).count();
        SparkInternals.post(spark.sparkContext(), new Mark());
        until(() -> heard.contains("mark"));
        spark.sparkContext().removeSparkListener(listener);
        assertEquals("mark", heard.get(heard.size() - 1));
        assertTrue(heard.contains("job"), heard::toString);
    }

    @Test
    void nobodyElseUsesWhatSparkKeepsToItself() throws Exception {
        ScalaPrivacy privacy = new ScalaPrivacy();
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("foco.kernels", "foco.driver", "foco.jobs", "foco.testing")) {
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                String owner = access.getTargetOwner().getName();
                if (owner.startsWith("org.apache.spark.")
                        && privacy.hides(owner, access.getTarget().getName())) {
                    uses.computeIfAbsent(type.getName().replaceFirst("\\$.*", ""), name -> new TreeSet<>())
                            .add(owner.replaceFirst(".*\\.", "") + "."
                                    + access.getTarget().getName());
                }
            }
        }
        assertTrue(uses.containsKey(SparkInternals.class.getName()), "nothing is found any more: " + uses);
        uses.remove(SparkInternals.class.getName());
        uses.keySet().removeAll(OF_COMMANDS);
        assertEquals(Map.of(), uses);
    }
}
