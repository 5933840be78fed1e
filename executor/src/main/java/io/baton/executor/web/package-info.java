/** What all HTTP requests of the agent share. */
package io.baton.executor.web;
