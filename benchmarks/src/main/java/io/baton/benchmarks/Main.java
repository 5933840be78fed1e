package io.baton.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code baton bench NAME [-o json] [--full]}. */
public final class Main {
    private static final String USAGE =
            "usage: baton bench launch|footprint|resident|allocator|micro|failover|api [-o json] [--full]\n"
                    + "  launch     real 'true' tasks through the v1 API on one agent\n"
                    + "             --launcher oci: the same in containers\n"
                    + "  resident   1,000 tasks that stay: memory, idle processor time, taking them up again\n"
                    + "  footprint  memory and start-up times of the processes\n"
                    + "  allocator  how fast, lean and fair the allocator decides, by itself\n"
                    + "  micro      what single steps cost: time, processor time, bytes allocated\n"
                    + "  failover   3 masters and 3 agents; how long offers stay out when they are killed\n"
                    + "             --only kill,stop,freeze,cut,agent,all: these faults\n"
                    + "  api        reads of 10,000 agents and 100,000 tasks, calls beside them, event streams\n"
                    + "  -o json    one JSON object instead of a row for each figure\n"
                    + "  --full     longer, for figures to be published";
    private static final List<String> NAMES =
            List.of("launch", "footprint", "resident", "allocator", "micro", "failover", "api");
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /** Exits with 0, with 1 if a benchmark could not be run, with 2 for wrong usage. */
    public static void main(String[] args) {
        var words = new ArrayList<>(List.of(args));
        words.remove("bench");
        boolean full = words.remove("--full");
        boolean json = false;
        boolean oci = false;
        int launcher = words.indexOf("--launcher");
        if (launcher >= 0
                && launcher + 1 < words.size()
                && List.of("process", "oci").contains(words.get(launcher + 1))
                && words.contains("launch")) {
            oci = words.get(launcher + 1).equals("oci");
            words.subList(launcher, launcher + 2).clear();
        }
        var faults = EnumSet.allOf(FailoverBench.Fault.class);
        int only = words.indexOf("--only");
        if (only >= 0 && only + 1 < words.size() && words.contains("failover")) {
            faults = faults(words.get(only + 1));
            words.subList(only, only + 2).clear();
        }
        int output = words.indexOf("-o");
        if (output >= 0 && output + 1 < words.size() && words.get(output + 1).equals("json")) {
            json = true;
            words.subList(output, output + 2).clear();
        }
        if (faults.isEmpty() || words.size() != 1 || !NAMES.contains(words.get(0))) {
            System.err.println(USAGE);
            System.exit(WRONG_USAGE);
        }
        System.exit(run(oci ? "launch --launcher oci" : words.get(0), full, faults, json));
    }

    /** None if one is not known. */
    private static EnumSet<FailoverBench.Fault> faults(String names) {
        var faults = EnumSet.noneOf(FailoverBench.Fault.class);
        try {
            for (var name : names.split(",")) {
                faults.add(FailoverBench.Fault.valueOf(name.toUpperCase(Locale.ROOT)));
            }
            return faults;
        } catch (IllegalArgumentException unknown) {
            return EnumSet.noneOf(FailoverBench.Fault.class);
        }
    }

    private static int run(String name, boolean full, Set<FailoverBench.Fault> faults, boolean json) {
        try {
            // Of others: the benchmark itself has not begun. A figure without it cannot be compared.
            double before = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
            report(name, full, faults)
                    .condition("load_before", Double.toString(before))
                    .print(System.out, json);
            return 0;
        } catch (Exception failed) {
            System.err.println("baton bench " + name + ": " + failed.getMessage());
            return 1;
        }
    }

    private static Report report(String name, boolean full, Set<FailoverBench.Fault> faults) throws Exception {
        return switch (name) {
            case "launch" -> LaunchBench.run(full);
            case "launch --launcher oci" -> LaunchBench.oci(full);
            case "resident" -> ResidentBench.run();
            case "footprint" -> FootprintBench.run();
            case "allocator" -> AllocatorBench.run(full);
            case "api" -> ApiBench.run(full);
            case "failover" -> FailoverBench.run(full, faults);
            default -> MicroBench.run(full);
        };
    }
}
