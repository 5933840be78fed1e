/**
 * The directories in which tasks run, and what becomes of them.
 */
package io.baton.executor.sandbox;
