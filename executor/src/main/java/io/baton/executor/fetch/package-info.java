/** What is to be fetched into a sandbox, from where it may come, and what an archive may hold. Pure. */
package io.baton.executor.fetch;
