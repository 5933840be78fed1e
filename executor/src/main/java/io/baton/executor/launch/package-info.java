/**
 * From a decision to a process: sandbox, script, start.
 */
package io.baton.executor.launch;
