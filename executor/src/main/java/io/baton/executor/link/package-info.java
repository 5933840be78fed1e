/**
 * The stream to a master.
 */
package io.baton.executor.link;
