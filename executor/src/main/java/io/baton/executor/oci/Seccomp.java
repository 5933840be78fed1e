package io.baton.executor.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system calls that no container needs and that reach beyond it: they change the kernel, the clock, mounts or
 * namespaces. Pure.
 */
final class Seccomp {
    /** EPERM: a program sees that it may not. */
    private static final int NOT_PERMITTED = 1;

    /** ENOSYS: the C library falls back to what can be judged by its arguments. */
    private static final int NO_SUCH_CALL = 38;

    /** CLONE_NEW*: cgroup, uts, ipc, user, pid, net, mount. */
    private static final long NAMESPACES = 0x7E020000L;

    private static final List<String> REFUSED = List.of(
            "acct",
            "add_key",
            "adjtimex",
            "bpf",
            "clock_adjtime",
            "clock_adjtime64",
            "clock_settime",
            "clock_settime64",
            "create_module",
            "delete_module",
            "fanotify_init",
            "finit_module",
            "fsconfig",
            "fsmount",
            "fsopen",
            "fspick",
            "get_kernel_syms",
            "init_module",
            "io_uring_enter",
            "io_uring_register",
            "io_uring_setup",
            "ioperm",
            "iopl",
            "kexec_file_load",
            "kexec_load",
            "keyctl",
            "lookup_dcookie",
            "mount",
            "mount_setattr",
            "move_mount",
            "name_to_handle_at",
            "nfsservctl",
            "open_by_handle_at",
            "open_tree",
            "perf_event_open",
            "pivot_root",
            "query_module",
            "quotactl",
            "quotactl_fd",
            "reboot",
            "request_key",
            "setdomainname",
            "sethostname",
            "setns",
            "settimeofday",
            "stime",
            "swapoff",
            "swapon",
            "sysfs",
            "syslog",
            "umount",
            "umount2",
            "unshare",
            "uselib",
            "userfaultfd",
            "ustat",
            "vhangup",
            "vm86",
            "vm86old");

    private Seccomp() {}

    private static final List<String> INTEL = List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
    private static final List<String> ARM = List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");

    /**
     * The profile, as the runtime reads it. Each way of calling the kernel costs the runtime time at each start: what this
     * processor cannot do is left out.
     *
     * @param machine the processor, as Java names it
     */
    static ObjectNode profile(ObjectMapper json, String machine) {
        var out = json.createObjectNode();
        out.put("defaultAction", "SCMP_ACT_ALLOW");
        callable(machine).forEach(out.putArray("architectures")::add);
        var calls = out.putArray("syscalls");
        refuse(calls.addObject(), REFUSED, NOT_PERMITTED);
        refuse(calls.addObject(), List.of("clone3"), NO_SUCH_CALL);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long flag = 1L << bit;
            if ((NAMESPACES & flag) != 0) {
                var clone = calls.addObject();
                refuse(clone, List.of("clone"), NOT_PERMITTED);
                clone.putArray("args")
                        .addObject()
                        .put("index", 0)
                        .put("value", flag)
                        .put("valueTwo", flag)
                        .put("op", "SCMP_CMP_MASKED_EQ");
            }
        }
        return out;
    }

    private static List<String> callable(String machine) {
        return switch (machine) {
            case "amd64" -> INTEL;
            case "aarch64" -> ARM;
            default -> Stream.concat(INTEL.stream(), ARM.stream()).toList();
        };
    }

    private static void refuse(ObjectNode rule, List<String> names, int error) {
        names.forEach(rule.putArray("names")::add);
        rule.put("action", "SCMP_ACT_ERRNO").put("errnoRet", error);
    }
}
