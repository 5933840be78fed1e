/** What operators set for roles: kept in the registry, heeded by the allocator. */
package io.baton.resourcemanager.role;
