/** The scheduler API: the form of calls, and what is told or asked of the framework's entity. */
package io.baton.httpapi.scheduler;
