package foco.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import foco.driver.text.TokenSequence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * MiniLM run by ONNX Runtime over many texts: sorted by length, so that those of a batch need little padding, the longest
 * first. Each session has a thread that feeds it, and takes the next batch when it is done with one.
 */
final class OnnxRuntimeTexts implements AutoCloseable {
    private static final String MODEL = "/all-minilm-l6-v2.onnx";
    private static final String RESULT = "last_hidden_state";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final List<TokenSequence> texts;
    private final List<Integer> order;
    private final List<OrtSession> sessions = new ArrayList<>();
    private final ExecutorService feeders;

    /** @param threads of each session */
    OnnxRuntimeTexts(List<TokenSequence> texts, int sessions, int threads) throws OrtException {
        this.texts = texts;
        this.order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(t -> -texts.get(t).length()))
                .toList();
        byte[] model = model();
        for (int s = 0; s < sessions; s++) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.setInterOpNumThreads(1);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                this.sessions.add(environment.createSession(model, options));
            }
        }
        this.feeders = Executors.newFixedThreadPool(sessions);
    }

    private static byte[] model() {
        try (InputStream in = OnnxRuntimeTexts.class.getResourceAsStream(MODEL)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The mean of each text's last hidden states, {@code [texts][width]}.
     *
     * @param batch how many texts are computed together
     * @param some how many of the texts, from the first on, are wanted
     */
    float[][] vectors(int batch, int some) throws OrtException {
        float[][] vectors = new float[some][];
        List<Integer> wanted = order.stream().filter(text -> text < some).toList();
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (OrtSession session : sessions) {
            running.add(feeders.submit(() -> {
                for (int from = next.getAndAdd(batch); from < wanted.size(); from = next.getAndAdd(batch)) {
                    run(session, wanted.subList(from, Math.min(wanted.size(), from + batch)), vectors);
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("ONNX Runtime failed", e.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return vectors;
    }

    private void run(OrtSession session, List<Integer> batch, float[][] vectors) throws OrtException {
        int longest = texts.get(batch.get(0)).length();
        long[] ids = new long[batch.size() * longest];
        long[] mask = new long[ids.length];
        for (int b = 0; b < batch.size(); b++) {
            int[] own = texts.get(batch.get(b)).ids();
            for (int t = 0; t < own.length; t++) {
                ids[b * longest + t] = own[t];
                mask[b * longest + t] = 1;
            }
        }
        long[] shape = {batch.size(), longest};
        try (OnnxTensor words = tensor(ids, shape);
                OnnxTensor seen = tensor(mask, shape);
                OnnxTensor types = tensor(new long[ids.length], shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", words, "attention_mask", seen, "token_type_ids", types))) {
            FloatBuffer states = ((OnnxTensor) result.get(RESULT).orElseThrow()).getFloatBuffer();
            int width = states.remaining() / ids.length;
            float[] row = new float[width];
            for (int b = 0; b < batch.size(); b++) {
                int length = texts.get(batch.get(b)).length();
                double[] sum = new double[width];
                for (int t = 0; t < length; t++) {
                    states.get((b * longest + t) * width, row);
                    for (int i = 0; i < width; i++) {
                        sum[i] += row[i];
                    }
                }
                float[] mean = new float[width];
                for (int i = 0; i < width; i++) {
                    mean[i] = (float) (sum[i] / length);
                }
                vectors[batch.get(b)] = mean;
            }
        }
    }

    private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    @Override
    public void close() throws OrtException {
        feeders.shutdownNow();
        for (OrtSession session : sessions) {
            session.close();
        }
    }
}
