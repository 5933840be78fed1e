package io.baton.cli.command;

import io.baton.cli.cluster.Cluster;
import picocli.CommandLine.Option;

/** Which cluster. */
public final class MasterOption {
    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Where a master is; several with commas. Default: $BATON_MASTER, else http://127.0.0.1:5050.")
    private String url;

    /** The URLs as given. */
    public String url() {
        if (url != null) {
            return url;
        }
        var set = System.getenv("BATON_MASTER");
        return set == null || set.isBlank() ? "http://127.0.0.1:5050" : set;
    }

    Cluster cluster() {
        return new Cluster(url());
    }
}
