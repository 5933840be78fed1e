/** Calls that no client means, against a real master and agent. */
package io.baton.systemtests.calls;
