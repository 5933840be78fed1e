/** What single steps of the hot paths cost, measured by JMH: time, processor time, bytes allocated. */
package io.baton.benchmarks.micro;
