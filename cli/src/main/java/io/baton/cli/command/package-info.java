/** The client's commands: options in, one look at the cluster, a table or JSON out. */
package io.baton.cli.command;
