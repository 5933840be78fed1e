/**
 * The client commands of {@code baton}: tables of what is there, running and ending tasks, reading their output.
 *
 * <p>Results go to standard output, progress and complaints to standard error. Exit codes: 0 done, 1 failed, 2 wrong
 * usage; {@code baton run} exits as its task did.
 */
package io.baton.cli;
