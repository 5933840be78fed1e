/** Fetches what a task asks for into its sandbox, before anything of the task runs. */
package io.baton.executor.download;
