/** Health checks and checks of tasks: when to probe, and what an outcome means. Pure. */
package io.baton.executor.check;
