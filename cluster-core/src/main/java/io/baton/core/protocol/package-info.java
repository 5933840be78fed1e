/** The messages by which the masters' actors, the HTTP edge and the agent links talk. */
package io.baton.core.protocol;
