/** The few parts of an HTTP/1.1 server that a master in memory needs, with full control over how it breaks. */
package io.baton.testkit.http;
