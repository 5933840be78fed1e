package io.baton.benchmarks;

import io.baton.benchmarks.micro.CpuProfiler;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What single steps cost, by JMH: time, processor time and bytes allocated for each, in a JVM of its own. */
final class MicroBench {
    /** How often and how long each benchmark runs. */
    private record Size(int warmups, int iterations, TimeValue each) {
        static final Size SHORT = new Size(5, 4, TimeValue.milliseconds(400));
        static final Size FULL = new Size(5, 10, TimeValue.seconds(2));
    }

    private static final String ALL = "io\\.baton\\.benchmarks\\.micro\\..*";
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private MicroBench() {}

    static Report run(boolean full) throws RunnerException {
        return report(measured(full ? Size.FULL : Size.SHORT, ALL));
    }

    private static Collection<RunResult> measured(Size size, String which) throws RunnerException {
        var options = new OptionsBuilder()
                .include(which)
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .threads(1)
                .warmupIterations(size.warmups())
                .warmupTime(size.each())
                .measurementIterations(size.iterations())
                .measurementTime(size.each())
                .jvmArgs("-Xmx512m", "-XX:+UseSerialGC")
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        return new Runner(options).run();
    }

    private static Report report(Collection<RunResult> results) {
        var report = new Report("micro");
        Map<String, RunResult> byName = new TreeMap<>();
        results.forEach(result -> byName.put(name(result.getParams().getBenchmark()), result));
        byName.forEach((name, result) -> {
            var primary = result.getPrimaryResult();
            var secondary = result.getSecondaryResults();
            long n = primary.getSampleCount();
            report.figure(name + "_ns", primary.getScore(), "ns/op", n)
                    .figure(name + "_cpu_ns", secondary.get(CpuProfiler.RESULT).getScore(), "ns/op", n)
                    .figure(name + "_bytes", secondary.get(ALLOCATED).getScore(), "B/op", n);
        });
        return report.condition("real", "the classes of the product, one thread, one fresh JVM for each benchmark")
                .condition("jmh", "average time; SerialGC, 512 MB; cpu counts the whole JVM, its compiler too");
    }

    /** {@code io.baton.benchmarks.micro.MesosJsonBench.readOffers} becomes {@code mesos_json_read_offers}. */
    static String name(String benchmark) {
        var words = benchmark
                .substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1)
                .replace("Bench.", "_");
        return words.replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT)
                .replace("__", "_");
    }
}
