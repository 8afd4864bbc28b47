package foco.testing;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Resolves parameters of types {@link SparkSession} and {@link StandaloneCluster} as the nearest {@link SparkTest} says. */
final class SparkTestExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SparkTestExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == SparkSession.class || type == StandaloneCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root's store outlives every test class, and closes what it holds at the end of the run.
        LiveSession live = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(LiveSession.class);
        // A child has settings and views of its own, which end with the test, on the context that all share.
        SparkSession session = context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        Child.class,
                        absent -> new Child(live.with(settingsOf(context)).newSession()),
                        Child.class)
                .session;
        return parameter.getParameter().getType() == SparkSession.class
                ? session
                : live.cluster()
                        .orElseThrow(() -> new ParameterResolutionException("a StandaloneCluster is there for"
                                + " @SparkTest(master = \"standalone[workers,cores,mebibytes]\")"));
    }

    /** What JUnit must not close with the test, as that would stop the context. */
    private record Child(SparkSession session) {}

    private static SessionSettings settingsOf(ExtensionContext start) {
        Optional<ExtensionContext> scope = Optional.of(start);
        while (scope.isPresent()) {
            ExtensionContext context = scope.get();
            Optional<SparkTest> found =
                    context.getElement().flatMap(element -> AnnotationSupport.findAnnotation(element, SparkTest.class));
            if (found.isPresent()) {
                return SessionSettings.of(found.get(), context.getUniqueId());
            }
            scope = context.getParent();
        }
        throw new IllegalStateException(start.getDisplayName() + " stands under no @SparkTest");
    }
}
