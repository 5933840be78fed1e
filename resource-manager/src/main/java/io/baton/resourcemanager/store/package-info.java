/** The state store of schedulers: values in the registry, and who waits for their changes. */
package io.baton.resourcemanager.store;
