/** Signals as the messages of updates name them. */
package io.baton.protocol.signal;
