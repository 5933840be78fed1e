/** The sharded master: one entity per agent and per framework, one allocator, one read model per process. */
package io.baton.resourcemanager;
