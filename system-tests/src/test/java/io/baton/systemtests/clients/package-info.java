/** Clients that others wrote for Mesos, unmodified, each in a process of its own, against a real master and agent. */
package io.baton.systemtests.clients;
