/** The API that custom executors speak with their agent. */
package io.baton.httpapi.executor;
