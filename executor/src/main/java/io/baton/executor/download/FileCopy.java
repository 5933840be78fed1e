package io.baton.executor.download;

import io.baton.executor.process.Account;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Copies files of the host with the task's own rights: a child process reads, as the task's user. */
final class FileCopy {
    private static final int BUFFER_BYTES = 65_536;
    private static final int MAX_WORDS_BYTES = 512;

    private FileCopy() {}

    /** Writes what the file holds. Blocks until that is done, or the job is stopped. */
    static void fetch(String path, Optional<Account> account, OutputStream out, FetchJob job) throws IOException {
        var command = new ArrayList<String>();
        account.ifPresent(a -> command.addAll(
                List.of("setpriv", "--reuid=" + a.user(), "--regid=" + a.group(), "--init-groups", "--")));
        command.addAll(List.of("cat", "--", path));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        builder.environment().put("LC_ALL", "C");
        var reader = builder.start();
        try {
            reader.getOutputStream().close();
            job.waitsFor(reader::destroyForcibly);
            var in = reader.getInputStream();
            var buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                job.use(count);
                out.write(buffer, 0, count);
            }
            var words = new String(reader.getErrorStream().readNBytes(MAX_WORDS_BYTES), StandardCharsets.UTF_8);
            int status = reader.waitFor();
            job.check();
            if (status != 0) {
                throw new FetchFailedException(
                        words.substring(words.lastIndexOf(": ") + 1).strip());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FetchFailedException("the agent ends");
        } finally {
            reader.destroyForcibly();
        }
    }
}
