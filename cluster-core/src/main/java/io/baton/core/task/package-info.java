/** What may happen to a task, and how its state is told to whom. */
package io.baton.core.task;
