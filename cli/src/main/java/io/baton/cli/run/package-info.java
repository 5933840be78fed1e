/** {@code baton run}: a scheduler for one command, and the output of its tasks. */
package io.baton.cli.run;
