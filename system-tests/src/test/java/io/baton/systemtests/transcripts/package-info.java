/** What was recorded between clients and a real Mesos, said again to a master and an agent of ours. */
package io.baton.systemtests.transcripts;
