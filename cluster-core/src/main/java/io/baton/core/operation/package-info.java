/** What operators may do with the registry, as the HTTP edge sees it. */
package io.baton.core.operation;
