/** How a cluster's masters are, and what is wrong with them. */
package io.baton.cli.operation;
