package foco.driver.checkpoint;

import foco.driver.cluster.TaskSlots;
import foco.driver.meter.TaskCheck;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.StrategyPlan;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.OutputSink;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Finished work items in files, so that a computation which was ended too early goes on where it was: the next one
 * of the same attention over the same input computes only what is missing. Tasks commit their items as they end; the
 * result is then read from the files, and Spark keeps no copy of it.
 *
 * <p>A folder holds the checkpoint of one computation. One that does not match, or in which a bit has changed, is
 * refused with a {@link CheckpointException} and left as it is.
 *
 * @param <T> what an item comes to
 */
public final class Checkpoint<T> implements AutoCloseable {

    private final JavaSparkContext context;
    private final CheckpointLock lock;
    private final CheckpointFolder folder;
    private final byte[] run;
    private final ItemForm<T> form;
    private final WorkItems work;
    private final ItemIndex index;

    private Checkpoint(JavaSparkContext context, CheckpointLock lock, byte[] run, ItemForm<T> form, WorkItems work) {
        this.context = context;
        this.lock = lock;
        this.folder = lock.folder();
        this.run = run;
        this.form = form;
        this.work = work;
        this.index = new ItemIndex(work.blocks(), work.heads());
    }

    /**
     * Checks before any work whether a folder can hold a checkpoint: if it is new, empty or one, and not in use as far as
     * can be known at once.
     *
     * @param folder in any file system that Hadoop knows, reachable from every executor
     */
    public static void check(String folder, Configuration hadoop) {
        try {
            CheckpointFolder at = CheckpointFolder.of(new Path(folder), hadoop);
            at.check();
            CheckpointLock.requireFree(at);
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
    }

    /**
     * {@link #check}, and has the folder to oneself from then on.
     *
     * @throws CheckpointException if it is in use, or cannot hold a checkpoint
     */
    public static CheckpointLock lock(String folder, SparkContext context) {
        check(folder, context.hadoopConfiguration());
        try {
            CheckpointFolder at = CheckpointFolder.of(new Path(folder), context.hadoopConfiguration());
            return CheckpointLock.acquire(at, context.applicationId());
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
    }

    /** Removes a folder in which checkpoints had theirs, unless something is left in it. */
    public static void removeIfEmpty(String folder, Configuration hadoop) {
        try {
            Path path = new Path(folder);
            FileSystem fileSystem = path.getFileSystem(hadoop);
            if (fileSystem.exists(path) && fileSystem.listStatus(path).length == 0) {
                fileSystem.delete(path, false);
            }
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
    }

    /**
     * Opens the checkpoint of a computation, or begins it if there is none. Executors read all of it to see that it is
     * whole.
     *
     * @param lock of its folder, which is closed with the checkpoint, and before if this fails
     * @param sweep what is done with items
     * @param form in which what they come to is written
     * @param strategy by which all of the work would be done
     * @throws CheckpointException if it is damaged, or of another computation
     */
    public static <T> Checkpoint<T> open(
            JavaSparkContext context,
            CheckpointLock lock,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            Sweep<T> sweep,
            ItemForm<T> form,
            WorkItems work,
            StrategyPlan strategy) {
        try {
            Manifest manifest = Manifest.of(spec, conf, input, sweep, work, strategy);
            beginOrMatch(lock.folder(), manifest);
            Checkpoint<T> checkpoint = new Checkpoint<>(context, lock, manifest.run(), form, work);
            checkpoint.read(true);
            return checkpoint;
        } catch (IOException e) {
            lock.close();
            throw CheckpointFolder.unchecked(e);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            lock.close();
            throw e;
        }
    }

    private static void beginOrMatch(CheckpointFolder folder, Manifest manifest) throws IOException {
        Optional<Manifest> stored = folder.manifest();
        if (stored.isEmpty()) {
            folder.begin(manifest.bytes());
        } else {
            manifest.foreign(stored.get()).ifPresent(difference -> {
                throw new CheckpointException(
                        "The checkpoint %s %s; name another folder, or delete this one.".formatted(folder, difference));
            });
        }
    }

    /** Adds to the index what tasks have committed since it was read. */
    public void refresh() {
        try {
            lock.requireHeld();
            read(false);
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
        if (held() < work.size()) {
            throw new IllegalStateException("The checkpoint %s has lost files: it holds %,d of %,d items."
                    .formatted(folder, held(), work.size()));
        }
    }

    private void read(boolean payloads) throws IOException {
        Set<String> known = new HashSet<>(index.files());
        List<FileCheck.Wanted> wanted = folder.files().stream()
                .map(file -> new FileCheck.Wanted(file.getPath().getName(), file.getLen()))
                .filter(file -> !known.contains(file.name()))
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        CheckpointFolder at = folder;
        byte[] itsRun = run;
        int slices = Math.min(wanted.size(), 4 * TaskSlots.atLeastOne(context));
        List<FileCheck> checks;
        try (JobLabel label = JobLabel.of(context.sc(), "checking %,d files of the checkpoint", wanted.size())) {
            checks = context.parallelize(wanted, slices)
                    .map(file -> FileCheck.of(at, file, itsRun, payloads))
                    .collect();
        }
        for (FileCheck check : checks) {
            if (!check.fault().isEmpty()) {
                throw new CheckpointException(check.fault());
            }
            if (check.foreign()) {
                folder.remove(check.file());
            } else {
                index.add(check.file(), check.entries());
            }
        }
    }

    public boolean holds(WorkItem item) {
        return index.holds(item);
    }

    /** The number of the work's items that are held. */
    public int held() {
        return (int) work.items().stream().filter(index::holds).count();
    }

    /** Whether an executor computes as it did what is held. */
    public TaskCheck taskCheck() {
        return new KernelCheck(toString(), Kernels.kind());
    }

    /** Where tasks are to leave what their items come to. */
    public OutputSink<T> sink() {
        return new CheckpointSink<>(folder, run, form, work.size());
    }

    /**
     * What the items of all heads came to, by the index of their query block, in the order of blocks; read from the files.
     *
     * @param order the partition of each block; none is empty
     */
    public JavaPairRDD<Integer, Iterable<T>> outcomes(Partitioner order) {
        CheckpointFolder at = folder;
        ItemForm<T> itsForm = form;
        WorkItems items = work;
        Broadcast<ItemIndex> held = context.broadcast(index);
        Map<Integer, List<Integer>> blocks = IntStream.range(0, index.blocks())
                .boxed()
                .collect(Collectors.groupingBy(order::getPartition, TreeMap::new, Collectors.toList()));
        return context.parallelize(List.copyOf(blocks.values()), blocks.size())
                .flatMap(List::iterator)
                .mapToPair(block -> new Tuple2<>(block, heads(at, held.value(), items, block, itsForm)));
    }

    private static <T> Iterable<T> heads(
            CheckpointFolder folder, ItemIndex index, WorkItems work, int block, ItemForm<T> form) throws IOException {
        List<T> heads = new ArrayList<>();
        for (int head = 0; head < index.heads(); head++) {
            if (!work.holds(block, head)) {
                continue;
            }
            ItemFile.Entry entry = index.entry(block, head);
            String file = index.file(block, head);
            try (FSDataInputStream in = folder.open(file)) {
                in.seek(entry.offset());
                String name = CheckpointFolder.text(folder.file(file));
                heads.add(form.read(head, ItemFile.readItem(in, name, entry)));
            }
        }
        return heads;
    }

    /** Removes the checkpoint; a result that is read from it is gone. */
    public void delete() {
        try {
            lock.requireHeld();
            folder.delete();
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
        lock.close();
    }

    /** Lets others have the folder; what is in it stays. */
    @Override
    public void close() {
        lock.close();
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
