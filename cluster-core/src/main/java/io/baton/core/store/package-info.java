/** The state store of schedulers, as what serves it over HTTP and what keeps it in the registry see it. */
package io.baton.core.store;
