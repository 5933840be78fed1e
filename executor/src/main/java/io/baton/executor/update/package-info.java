/**
 * The delivery of status updates.
 */
package io.baton.executor.update;
