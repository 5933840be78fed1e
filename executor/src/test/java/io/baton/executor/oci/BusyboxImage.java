package io.baton.executor.oci;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.process.HostPrograms;
import io.baton.executor.sandbox.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** An image made of Debian's busybox-static and nothing else. */
public final class BusyboxImage {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final long PATIENCE_SECONDS = 60;

    private BusyboxImage() {}

    /** Why no container can be run here; empty if one can. */
    public static String obstacle(Path scratch) {
        if (!Files.isExecutable(BUSYBOX)) {
            return "busybox-static is not installed";
        }
        if (HostPrograms.located("umoci").isEmpty()
                || HostPrograms.located("skopeo").isEmpty()) {
            return "umoci or skopeo is not installed";
        }
        var settings = new OciSettings(OciSettings.AUTO, java.util.Optional.empty(), List.of(), List.of(), false);
        return OciRuntime.probe(settings, scratch).obstacles();
    }

    /** The same as {@link #make}; where no container can be run the test is left out, and says why. */
    public static void makeWhereContainersRun(Path images) throws IOException {
        assumeThat(obstacle(images.resolve("probe")))
                .as("this host can run containers")
                .isEmpty();
        make(images);
    }

    /** Makes the image {@code busybox:latest} in a directory of images, with an entry point and variables. */
    public static void make(Path images) throws IOException {
        var layout = images.resolve("busybox");
        var name = layout + ":latest";
        var root = Files.createDirectories(images.resolve("made"));
        var bin = Files.createDirectories(root.resolve("rootfs/bin"));
        Files.createDirectories(root.resolve("rootfs/etc"));
        Files.createDirectories(root.resolve("rootfs/tmp"));
        Files.copy(BUSYBOX, bin.resolve("busybox"), LinkOption.NOFOLLOW_LINKS);
        for (var applet : List.of("sh", "sleep", "cat", "ls", "id", "ps", "touch", "mount", "hostname", "ip", "true")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        run("umoci", "init", "--layout", layout.toString());
        run("umoci", "new", "--image", name);
        run("umoci", "insert", "--image", name, root.resolve("rootfs").toString(), "/");
        run(
                "umoci",
                "config",
                "--image",
                name,
                "--config.entrypoint",
                "/bin/sh",
                "--config.cmd",
                "-c",
                "--config.cmd",
                "echo from the image",
                "--config.env",
                "FROM_IMAGE=yes",
                "--config.env",
                "PATH=/bin:/of/the/image");
        Trees.remove(root);
    }

    /** Packs that image as {@code docker save} does. */
    public static void pack(Path images, String name) throws IOException {
        run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "oci:" + images.resolve("busybox") + ":latest",
                "docker-archive:" + images.resolve(name) + ":busybox:latest");
    }

    private static void run(String... command) throws IOException {
        var result = HostCommand.run(List.of(command), PATIENCE_SECONDS);
        if (result.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + result.words());
        }
    }
}
