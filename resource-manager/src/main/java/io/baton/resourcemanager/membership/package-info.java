/** Which masters there are, where they listen, and whether this one is fit to serve. */
package io.baton.resourcemanager.membership;
