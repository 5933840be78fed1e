/** What {@code bench api} measures: a master's HTTP edge and read model in a process of their own, and their clients. */
package io.baton.benchmarks.api;
