/**
 * Whole-system benchmarks ({@code baton bench NAME}). Each says what was real and what was simulated; no
 * test depends on a time.
 */
package io.baton.benchmarks;
