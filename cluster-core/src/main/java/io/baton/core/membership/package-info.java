/** Which masters there are. */
package io.baton.core.membership;
