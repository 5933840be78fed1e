package io.baton.httpapi.agent;

import io.baton.v1.agent.Call.AttachContainerInput;
import io.baton.v1.agent.ProcessIO;
import java.util.Optional;

/**
 * The form of what follows the first record of an ATTACH_CONTAINER_INPUT. The words are those of Mesos.
 *
 * <p>Pure.
 */
final class InputRules {
    private InputRules() {}

    /** What is wrong, if anything. */
    static Optional<String> problem(AttachContainerInput input) {
        if (input.getType() != AttachContainerInput.Type.PROCESS_IO) {
            return Optional.of(
                    "Expecting 'attach_container_input.type' to be 'PROCESS_IO' instead of: '" + input.getType() + "'");
        }
        if (!input.hasProcessIo()) {
            return absent("attach_container_input.process_io");
        }
        var io = input.getProcessIo();
        return switch (io.getType()) {
            case DATA -> io.hasData() ? data(io.getData()) : absent("process_io.data");
            case CONTROL -> io.hasControl() ? control(io.getControl()) : absent("process_io.control");
            default -> io.hasType() ? unknown("process_io.type") : absent("process_io.type");
        };
    }

    private static Optional<String> data(ProcessIO.Data data) {
        if (!data.hasType()) {
            return absent("process_io.data.type");
        }
        if (data.getType() != ProcessIO.Data.Type.STDIN) {
            return Optional.of("Expecting 'process_io.data.type' to be 'STDIN'");
        }
        return data.hasData() ? Optional.empty() : absent("process_io.data.data");
    }

    private static Optional<String> control(ProcessIO.Control control) {
        return switch (control.getType()) {
            case TTY_INFO -> {
                if (!control.hasTtyInfo()) {
                    yield absent("process_io.control.tty_info");
                }
                yield control.getTtyInfo().hasWindowSize() ? Optional.empty() : absent("tty_info.window_size");
            }
            case HEARTBEAT -> control.hasHeartbeat() ? Optional.empty() : absent("process_io.control.heartbeat");
            default -> control.hasType() ? unknown("process_io.control.type") : absent("process_io.control.type");
        };
    }

    private static Optional<String> absent(String field) {
        return Optional.of("Expecting '" + field + "' to be present");
    }

    private static Optional<String> unknown(String field) {
        return Optional.of("'" + field + "' is unknown");
    }
}
