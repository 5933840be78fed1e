/**
 * What a task is to the agent: how it is to be run, and its life.
 */
package io.baton.executor.task;
