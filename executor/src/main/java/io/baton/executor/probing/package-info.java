/** Does the probes that checks ask for: runs commands, asks over HTTP, connects. */
package io.baton.executor.probing;
