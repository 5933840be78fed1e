/** What the master knows of each framework: subscription, offers, tasks. */
package io.baton.resourcemanager.framework;
