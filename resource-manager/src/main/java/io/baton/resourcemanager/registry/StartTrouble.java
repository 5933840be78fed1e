package io.baton.resourcemanager.registry;

import java.net.BindException;
import java.nio.channels.OverlappingFileLockException;

/** Why a replica did not start, in an operator's words. */
final class StartTrouble {
    private StartTrouble() {}

    static String explained(Throwable failure, VoterFiles files, RegistryConfig config) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            var text = String.valueOf(cause.getMessage());
            if (cause instanceof BindException || text.contains("Address already in use")) {
                return "port " + config.port() + " (baton.registry.port) is taken: choose another one";
            }
            if (cause instanceof OverlappingFileLockException || text.contains("already locked")) {
                return "another master uses '" + files.directory() + "': stop it, or choose another work directory";
            }
            if (text.contains("orrupt") || text.contains("hecksum") || text.contains("raft-meta")) {
                return "the registry's log in '" + files.log() + "' is damaged (" + text + "): move the directory '"
                        + files.directory() + "' away, and this master joins the others anew";
            }
            if (text.contains("NO_SPACE")) {
                return "too little space for the registry in '" + files.log() + "' (" + text
                        + "): free some, or lower baton.registry.min-free-space";
            }
        }
        return "the registry in '" + files.directory() + "' did not start: " + failure.getMessage();
    }
}
