/** A master in memory for testing schedulers without a cluster. */
package io.baton.testkit;
