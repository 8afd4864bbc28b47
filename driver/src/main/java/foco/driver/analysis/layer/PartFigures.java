package foco.driver.analysis.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.AnalysisPart;
import foco.driver.analysis.text.Section;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.types.StructType;

/** What the rows of a part say of its head: sums, of which the figures of the head are made, and what stands out. */
@DefaultSerializer(JavaSerializer.class)
final class PartFigures implements Serializable {

    /** The columns of positions of which a head has the mean. */
    static final List<String> MEANS = List.of(
            "entropy",
            "distance",
            "distance_absolute",
            "self",
            "previous",
            "next",
            "first",
            "near",
            "separators",
            "punctuation");

    private final int layer;
    private final int head;
    private final int first;

    /** Of the queries that see a key. */
    private final double[] sums = new double[MEANS.size()];

    private long queries;
    private double breadth;
    private float[] received = {};

    /** Of the queries whose token was there before. */
    private long repeated;

    private double onFollowing;
    private double onSame;
    private double chance;

    private double mapped;
    private double ownSection;

    /** What each section receives from the others. */
    private double[] fromOthers = {};

    private final List<Link> links = new ArrayList<>();
    private final List<Link> watched = new ArrayList<>();

    PartFigures(FigureRequest request, AnalysisPart part) {
        this.layer = request.layer();
        this.head = part.head() + 1;
        this.first = Math.toIntExact(part.first());
    }

    /** Takes in the rows of a table, as they come; of most tables nothing. */
    Consumer<Object[]> of(String table, StructType type, FigureRequest request, int count) {
        List<String> columns = Arrays.asList(type.fieldNames());
        return switch (table) {
            case "positions" -> positions(columns, request, count);
            case "repeats" -> repeats(columns, request);
            case "section_map" -> sectionMap(columns, request);
            case "links" -> pairs(columns, "query", "key", links);
            case "top_queries" -> {
                Consumer<Object[]> keep = pairs(columns, "query", "position", watched);
                int position = columns.indexOf("position");
                yield values -> {
                    if (request.watched().get((Integer) values[position])) {
                        keep.accept(values);
                    }
                };
            }
            default -> values -> {};
        };
    }

    private Consumer<Object[]> positions(List<String> columns, FigureRequest request, int count) {
        int position = columns.indexOf("position");
        int[] means = MEANS.stream().mapToInt(columns::indexOf).toArray();
        int entropy = means[MEANS.indexOf("entropy")];
        int receives = columns.indexOf("received");
        received = new float[receives < 0 ? 0 : count];
        return values -> {
            int query = (Integer) values[position];
            int seen = request.seen()[query];
            if (receives >= 0) {
                received[query - first] = (Float) values[receives];
            }
            if (seen > 0) {
                queries++;
                for (int m = 0; m < means.length; m++) {
                    sums[m] += means[m] < 0 ? Double.NaN : (Float) values[means[m]];
                }
                breadth += entropy < 0 ? Double.NaN : Math.exp((Float) values[entropy]) / seen;
            }
        };
    }

    private Consumer<Object[]> repeats(List<String> columns, FigureRequest request) {
        int position = columns.indexOf("position");
        int following = columns.indexOf("on_following");
        int same = columns.indexOf("on_same");
        return values -> {
            int seen = request.seen()[(Integer) values[position]];
            if (seen > 0) {
                repeated++;
                onFollowing += (Float) values[following];
                onSame += (Float) values[same];
                chance += 1.0 / seen;
            }
        };
    }

    private Consumer<Object[]> sectionMap(List<String> columns, FigureRequest request) {
        int level = columns.indexOf("level");
        int query = columns.indexOf("query_section");
        int key = columns.indexOf("key_section");
        int mass = columns.indexOf("mass");
        return values -> {
            if (values[level].equals(Section.SECTION)) {
                fromOthers = fromOthers.length == 0 ? new double[request.sections()] : fromOthers;
                double its = (Double) values[mass];
                mapped += its;
                if (values[query].equals(values[key])) {
                    ownSection += its;
                } else {
                    fromOthers[(Integer) values[key]] += its;
                }
            }
        };
    }

    private Consumer<Object[]> pairs(List<String> columns, String queryColumn, String keyColumn, List<Link> to) {
        int query = columns.indexOf(queryColumn);
        int key = columns.indexOf(keyColumn);
        int weight = columns.indexOf("weight");
        return values ->
                to.add(new Link(layer, head, (Integer) values[query], (Integer) values[key], (Float) values[weight]));
    }

    int head() {
        return head;
    }

    int first() {
        return first;
    }

    float[] received() {
        return received;
    }

    List<Link> links() {
        return links;
    }

    List<Link> watched() {
        return watched;
    }

    /** Whether some table of its head tells something of it. */
    boolean isKnown() {
        return received.length > 0 || queries > 0 || repeated > 0 || fromOthers.length > 0;
    }

    double[] fromOthers() {
        return fromOthers;
    }

    /** Adds those of the part after it, of the same head, but for the lists. */
    void add(PartFigures next) {
        for (int m = 0; m < sums.length; m++) {
            sums[m] += next.sums[m];
        }
        queries += next.queries;
        breadth += next.breadth;
        repeated += next.repeated;
        onFollowing += next.onFollowing;
        onSame += next.onSame;
        chance += next.chance;
        mapped += next.mapped;
        ownSection += next.ownSection;
        fromOthers = fromOthers.length == 0 ? next.fromOthers : fromOthers;
    }

    /** The mean of a column over the queries that see a key. */
    double mean(String column) {
        return sums[MEANS.indexOf(column)] / queries;
    }

    double meanBreadth() {
        return breadth / queries;
    }

    double meanOnFollowing() {
        return onFollowing / repeated;
    }

    double meanOnSame() {
        return onSame / repeated;
    }

    double meanChance() {
        return chance / repeated;
    }

    double sectionShare() {
        return ownSection / mapped;
    }
}
