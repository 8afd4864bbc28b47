package foco.jobs.terminal;

import picocli.CommandLine.IVersionProvider;

/** The version that Maven noted in the jar. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"foco %s (Java %s)".formatted(number(), Runtime.version())};
    }

    /** Foco's version alone. */
    public static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}
