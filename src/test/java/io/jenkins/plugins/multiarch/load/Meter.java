package io.jenkins.plugins.multiarch.load;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the controller's process uses at one moment.
 *
 * @param heapBytes after a garbage collection
 * @param cpuNanos since the process has started, without the collections that measuring has asked for
 * @param files open file descriptors
 */
record Meter(long heapBytes, int threads, long cpuNanos, long files) {

    private static long spentOnMeasuring;

    static synchronized Meter read() {
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime() - spentOnMeasuring;
        System.gc();
        spentOnMeasuring = system.getProcessCpuTime() - cpu;
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Meter(heap, threadsNow(), cpu, system.getOpenFileDescriptorCount());
    }

    static int threadsNow() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
