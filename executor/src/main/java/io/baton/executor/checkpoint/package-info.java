/**
 * What the agent writes down, so that nothing is lost with its process.
 */
package io.baton.executor.checkpoint;
