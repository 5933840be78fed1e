/** The commands that start servers: options in, running nodes out. */
package io.baton.distribution.command;
