/**
 * The server below all routes: it admits connections, limits how long and how large a request may be, finds the
 * handler, counts, and ends in good order. Knows nothing of Mesos.
 */
package io.baton.httpapi.server;
