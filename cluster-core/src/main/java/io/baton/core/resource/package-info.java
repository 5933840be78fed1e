/** The resource algebra: what a host has, what is free, what fits. */
package io.baton.core.resource;
