/** The answer of a pure core: what it is now, and what the shell is to do. */
package io.baton.core.step;
