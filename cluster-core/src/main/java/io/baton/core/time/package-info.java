/** The time that masters and agents wait by. */
package io.baton.core.time;
