/**
 * Control groups: what holds a task's processes to what the task asked for, counts what they use, and ends them all.
 *
 * <p>Version 1, version 2, and hosts that have both. {@link io.baton.executor.cgroup.Limits} and
 * {@link io.baton.executor.cgroup.CgroupMounts} are pure.
 */
package io.baton.executor.cgroup;
