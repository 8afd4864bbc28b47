package foco.bench.spark;

import java.util.List;

/** Who is compared. */
enum Contender {
    FOCO("Foco", 7, new FocoAttention()),
    COLLECTED_LIST("a UDF over a collected list", 7, new CollectedList()),
    BLOCK_MATRIX("`BlockMatrix` products, a softmax in between", 7, new BlockMatrices()),
    /** Most of what it takes is native memory. */
    ONNX_RUNTIME("ONNX Runtime in `mapPartitions`", 3, new OnnxPartitions());

    private final String label;
    private final int heapGibibytes;
    private final Way way;

    Contender(String label, int heapGibibytes, Way way) {
        this.label = label;
        this.heapGibibytes = heapGibibytes;
        this.way = way;
    }

    String label() {
        return label;
    }

    Way way() {
        return way;
    }

    /** What of the 8 GiB the heap gets; the rest is for native memory. */
    List<String> memoryOptions() {
        return List.of("-Xmx%dg".formatted(heapGibibytes), "-XX:MaxDirectMemorySize=8g");
    }
}
