package foco.kernels.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A loop over vectors that the compiler compiles on its own, not as a part of its callers.
 *
 * <p>A call of the Vector API is some 400 bytes of bytecode once all of it is inlined. Where several small loops are inlined
 * into one method, the compiler runs past its budget of nodes, puts off the last calls, no longer sees the types of their
 * vectors and makes objects of them: 40 to 250 cycles a vector instead of 25, in one JVM of two (JDK 17, seen as "failed to
 * inline (intrinsic)" with {@code -XX:+PrintInlining}). Large loops are not inlined anywhere; small ones are called through a
 * handle that is no constant, which cannot be.
 */
final class LoopApart {

    private static final MethodType TYPE =
            MethodType.methodType(void.class, float[].class, int.class, int.class, float[].class);

    /** Not final, so that no compiler takes it for a constant. */
    private MethodHandle loop;

    private LoopApart(MethodHandle loop) {
        this.loop = loop;
    }

    /** @param method a static method of {@code (float[] x, int at, int count, float[] work)} */
    static LoopApart of(MethodHandles.Lookup lookup, String method) {
        try {
            return new LoopApart(lookup.findStatic(lookup.lookupClass(), method, TYPE));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("There is no loop " + method + " in " + lookup.lookupClass() + ".", e);
        }
    }

    void run(float[] x, int at, int count, float[] work) {
        try {
            loop.invokeExact(x, at, count, work);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // loops declare none
        }
    }
}
