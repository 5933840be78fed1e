/** The rules of the architecture, checked on the built classes. */
package io.baton.systemtests.architecture;
