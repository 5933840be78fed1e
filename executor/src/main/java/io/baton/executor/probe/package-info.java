/**
 * What a host has to offer: detected, or as its operator says.
 */
package io.baton.executor.probe;
