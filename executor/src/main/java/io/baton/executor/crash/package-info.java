/** Where tests have the agent's process end in the midst of its work. */
package io.baton.executor.crash;
