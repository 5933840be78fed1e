/** What masters and agents alike say of themselves: health, version, metrics. */
package io.baton.httpapi.status;
