/**
 * The agent of one host: it runs tasks, and answers for them until a scheduler has heard of their end.
 * {@link io.baton.executor.Agent} puts its parts together.
 */
package io.baton.executor;
