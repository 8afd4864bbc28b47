package foco.testing;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Resolves parameters of type {@link SparkSession} as the nearest {@link SparkTest} says, and after each test takes back
 * what it has set in the session's configuration.
 */
final class SparkTestExtension implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(SparkTestExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SparkSession.class;
    }

    @Override
    public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root's store outlives every test class, and closes what it holds at the end of the run.
        LiveSession live = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(LiveSession.class);
        return live.with(settingsOf(context));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        LiveSession live = context.getRoot().getStore(NAMESPACE).get(LiveSession.class, LiveSession.class);
        if (live != null) {
            live.restoreConfiguration();
        }
    }

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
