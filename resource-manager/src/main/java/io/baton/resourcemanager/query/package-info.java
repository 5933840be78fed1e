/** The read model: what operators see, kept apart from the write path. */
package io.baton.resourcemanager.query;
