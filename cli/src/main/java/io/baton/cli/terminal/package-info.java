/** How values look on a terminal, and how a command tells its user that it failed. */
package io.baton.cli.terminal;
