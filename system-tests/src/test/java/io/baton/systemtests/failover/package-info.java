/** Masters and agents as processes, which are killed, stopped and started while tasks run. */
package io.baton.systemtests.failover;
