package foco.jobs.terminal;

import picocli.CommandLine.IVersionProvider;

/** The version that Maven noted in the jar. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "foco %s (Java %s)".formatted(version == null ? "(unpackaged)" : version, Runtime.version())
        };
    }
}
