/** Settings: command line over file over defaults, read once at the start. */
package io.baton.distribution.config;
