package foco.jobs.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The rates of works as lines for people, and as JSON for programs. */
final class WorkTable {

    private final Machine machine;

    WorkTable(Machine machine) {
        this.machine = machine;
    }

    /** The two lines above the rows. */
    String heading(String what) {
        return "%s; 1 thread; %s; the best of several turns%n%-28s %9s %-7s %9s %8s"
                .formatted(machine, what, "case", "rate", "", "peak", "of peak");
    }

    String row(WorkRate rate) {
        boolean isFlops = rate.unit().equals(NamedWork.FLOPS);
        return "%-28s %9.2f %-7s %9.1f %8s"
                .formatted(
                        rate.name(),
                        rate.rate(),
                        rate.unit(),
                        rate.peak(),
                        isFlops ? "%.3f".formatted(rate.rate() / rate.peak()) : "");
    }

    /** One line: a JSON object that needs no other to be understood. */
    String json(WorkRate rate) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("case", rate.name())
                .put("rate", rate.rate())
                .put("unit", rate.unit())
                .put("peak", rate.peak());
        if (rate.unit().equals(NamedWork.FLOPS)) {
            json.put("of_peak", rate.rate() / rate.peak());
        }
        return add(json).toString();
    }

    /** The two lines above the rows of {@link #share}. */
    String shareHeading(String what) {
        return "%s; 1 thread; %s; the best of several turns%n%-28s %9s %12s %12s"
                .formatted(machine, what, "case", "seconds", "of attention", "beside sweep");
    }

    /** A row of time, beside that of attention and that of the sweep alone. */
    String share(String name, double seconds, double attention, double sweep) {
        return "%-28s %9.3f %12.3f %12.3f".formatted(name, seconds, seconds / attention, (seconds - sweep) / attention);
    }

    /** The same for programs. */
    String shareJson(String name, int width, long n, double seconds, double attention, double sweep) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("case", name)
                .put("width", width)
                .put("n", n)
                .put("seconds", seconds)
                .put("of_attention", seconds / attention)
                .put("beside_sweep", (seconds - sweep) / attention);
        return add(json).toString();
    }

    private ObjectNode add(ObjectNode json) {
        return json.put("cpu", machine.cpu()).put("jdk", machine.jdk()).put("vector_bits", machine.vectorBits());
    }
}
