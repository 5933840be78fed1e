/** The server's process: {@code dev}, {@code master}, {@code agent} and {@code demo}. */
package io.baton.distribution;
